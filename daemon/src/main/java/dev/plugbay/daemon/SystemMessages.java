package dev.plugbay.daemon;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The words in which the system says what went wrong. Java has no other way to tell a full disk from a broken one than those words, and it passes them on in the language that the host was started in:
 * with {@code LANG=de_DE.UTF-8} a full disk is "Auf dem Gerät ist kein Speicherplatz mehr verfügbar".
 */
final class SystemMessages {
    /** The number of {@code LC_MESSAGES} in Linux's C libraries. */
    private static final int MESSAGES = 5;

    private SystemMessages() {}

    /**
     * Has them in English from now on, and nothing else: neither how names of files are written, nor Java's own language. For the beginning of a process, when it has hardly any other thread. Where it cannot be done,
     * they stay as they are.
     */
    @SuppressWarnings("restricted") // calling the system is what it is for
    static void inEnglish() {
        if (!System.getProperty("os.name").equals("Linux")
                || !SystemMessages.class.getModule().isNativeAccessEnabled()) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        Optional<MethodHandle> setlocale = linker.defaultLookup()
                .find("setlocale")
                .map(symbol -> linker.downcallHandle(symbol, FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS)));
        if (setlocale.isEmpty()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ignored = (MemorySegment) setlocale.get().invokeExact(MESSAGES, arena.allocateFrom("C"));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing", e);
        }
    }
}
