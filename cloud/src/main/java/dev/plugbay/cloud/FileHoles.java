package dev.plugbay.cloud;

import dev.plugbay.cloud.DiskSource.Extent;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the holes of an open file are, by {@code lseek(2)} with {@code SEEK_DATA} and {@code SEEK_HOLE}. Linux only, and only where the host allows native
 * access: asking without that would print a warning, and from some Java version on fail.
 */
final class FileHoles {
    private static final int READ_ONLY_CLOSE_ON_EXEC_NON_BLOCKING = 0x80800;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int NO_SUCH_ADDRESS = 6; // ENXIO: no data from here to the end

    private final Calls calls;
    private final int descriptor;

    private FileHoles(Calls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /** Opens a regular file; empty where holes cannot be asked for, or the file not be opened. */
    static Optional<FileHoles> open(Path path) {
        if (!FileHoles.class.getModule().isNativeAccessEnabled()
                || !Files.isDirectory(Path.of("/proc/self/fd"))
                || !System.getProperty("os.name", "").equals("Linux")) {
            return Optional.empty();
        }
        return Calls.FOUND.flatMap(calls -> {
            int descriptor = calls.open(path);
            return descriptor < 0 ? Optional.empty() : Optional.of(new FileHoles(calls, descriptor));
        });
    }

    /** A path that leads to this very file. */
    Path sameFile() {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    /** What lies at {@code offset} of a file of {@code size} bytes; data where the file system cannot tell. */
    Extent extent(long offset, long size) {
        long data = calls.seek(descriptor, offset, SEEK_DATA);
        if (data == -NO_SUCH_ADDRESS || data >= size) {
            return new Extent(size - offset, false);
        }
        if (data > offset) {
            return new Extent(data - offset, false);
        }
        long hole = data < 0 ? size : calls.seek(descriptor, offset, SEEK_HOLE);
        return new Extent((hole <= offset || hole > size ? size : hole) - offset, true);
    }

    void close() {
        calls.close(descriptor);
    }

    /** The C functions; looked up when first needed. */
    private record Calls(MethodHandle open, MethodHandle seek, MethodHandle close, Charset names) {
        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final Optional<Calls> FOUND = find();

        @SuppressWarnings("restricted") // open() asks first whether it is allowed
        private static Optional<Calls> find() {
            try {
                Linker linker = Linker.nativeLinker();
                SymbolLookup lookup = linker.defaultLookup();
                return Optional.of(new Calls(
                        linker.downcallHandle(
                                lookup.findOrThrow("open"),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                                Linker.Option.firstVariadicArg(2)),
                        linker.downcallHandle(
                                lookup.findOrThrow("lseek"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.JAVA_INT),
                                Linker.Option.captureCallState("errno")),
                        linker.downcallHandle(
                                lookup.findOrThrow("close"),
                                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)),
                        Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"))));
            } catch (java.util.NoSuchElementException
                    | UnsupportedOperationException
                    | IllegalCallerException
                    | UnsupportedCharsetException e) {
                return Optional.empty();
            }
        }

        int open(Path path) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment name = arena.allocateFrom(path.toAbsolutePath().toString(), names);
                return (int) open.invokeExact(name, READ_ONLY_CLOSE_ON_EXEC_NON_BLOCKING);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        /** The offset found, or the negative error number. */
        long seek(int descriptor, long offset, int whence) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(STATE);
                long found = (long) seek.invokeExact(state, descriptor, offset, whence);
                return found < 0 ? -(int) ERRNO.get(state, 0L) : found;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        void close(int descriptor) {
            try {
                int ignored = (int) close.invokeExact(descriptor);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        private static RuntimeException unexpected(Throwable e) {
            if (e instanceof Error error) {
                throw error;
            }
            return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
        }
    }
}
