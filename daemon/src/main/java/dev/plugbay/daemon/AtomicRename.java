package dev.plugbay.daemon;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Renames folders in one step, without ever overwriting: with Linux's {@code renameat2} where the system and its file system have it, else by
 * first taking the name with an empty folder, which POSIX lets a rename replace.
 */
final class AtomicRename {
    private static final int AT_FDCWD = -100;
    private static final int NOREPLACE = 1;
    private static final int EXCHANGE = 2;

    private static final int ENOENT = 2;
    private static final int EEXIST = 17;
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    private static final int ENOSYS = 38;
    private static final int ENOTEMPTY = 39;
    private static final int EOPNOTSUPP = 95;

    private final Optional<MethodHandle> renameat2;
    private final VarHandle errno;
    private final StructLayout state;
    private final Charset names;

    private AtomicRename(Optional<MethodHandle> renameat2) {
        this.renameat2 = renameat2;
        this.state = Linker.Option.captureStateLayout();
        this.errno = state.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        this.names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }

    /** The best that this system has. */
    static AtomicRename ofSystem() {
        return new AtomicRename(bind());
    }

    /** What is used where the system has nothing better. */
    static AtomicRename portable() {
        return new AtomicRename(Optional.empty());
    }

    /** Whether the system has nothing better than to take names with empty folders; some of its file systems may be so though it is not. */
    boolean takesNames() {
        return renameat2.isEmpty();
    }

    /** Told before a name is taken with an empty folder, so that whoever finds one after a crash knows whose it may be. */
    interface Taking {
        void begins() throws IOException;
    }

    /**
     * Renames a folder to a name that is free.
     *
     * @param taking told first where the name has to be taken; should it fail, nothing is changed
     * @throws FileAlreadyExistsException when it is not; then nothing was changed
     */
    void move(Path from, Path to, Taking taking) throws IOException {
        int error = call(from, to, NOREPLACE);
        switch (error) {
            case 0 -> {}
            case EEXIST, ENOTEMPTY -> throw new FileAlreadyExistsException(to.toString());
            case EINVAL, ENOSYS, EOPNOTSUPP -> {
                taking.begins();
                take(from, to);
            }
            default -> throw failure(from, to, error);
        }
    }

    /** Swaps two folders; false when this system cannot, and then nothing was changed. */
    boolean exchange(Path one, Path other) throws IOException {
        int error = call(one, other, EXCHANGE);
        return switch (error) {
            case 0 -> true;
            case EINVAL, ENOSYS, EOPNOTSUPP, ENOENT -> false;
            default -> throw failure(one, other, error);
        };
    }

    private static void take(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (DirectoryNotEmptyException e) {
            throw (FileAlreadyExistsException) new FileAlreadyExistsException(to.toString()).initCause(e);
        } catch (IOException e) {
            if (Files.isDirectory(from)) {
                Files.deleteIfExists(to);
            }
            throw e;
        }
    }

    private int call(Path from, Path to, int flags) {
        if (renameat2.isEmpty()) {
            return ENOSYS;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment captured = arena.allocate(state);
            int result = (int) renameat2
                    .get()
                    .invokeExact(
                            captured,
                            AT_FDCWD,
                            arena.allocateFrom(from.toString(), names),
                            AT_FDCWD,
                            arena.allocateFrom(to.toString(), names),
                            flags);
            return result == 0 ? 0 : (int) errno.get(captured, 0L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static FileSystemException failure(Path from, Path to, int error) {
        String reason = switch (error) {
            case ENOENT -> "No such file or directory";
            case ENOSPC -> "No space left on device";
            default -> "renameat2 failed with errno " + error;
        };
        return new FileSystemException(from.toString(), to.toString(), reason);
    }

    @SuppressWarnings("restricted") // calling the system is what this class is for
    private static Optional<MethodHandle> bind() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor signature = FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT);
        return linker.defaultLookup()
                .find("renameat2")
                .map(symbol -> linker.downcallHandle(symbol, signature, Linker.Option.captureCallState("errno")));
    }
}
