package dev.plugbay.plugins.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.plugbay.cloud.VmDisk;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The sizes of disks whose files are on this machine, read from the files themselves. A machine's QEMU would tell them too. But one that hangs does not, and one that is asked at the very moment at which a
 * backup job of it begins may end with {@code qcow2_get_specific_info: Assertion `false' failed} (seen with QEMU 7.2): a list must not cost a guest its life.
 *
 * <p>Holds nothing that changes. The layout of {@code statx} is the same on all processors.
 */
final class DiskFiles {
    private static final int QCOW2_MAGIC = 0x514649fb;
    private static final int QCOW2_SIZE_AT = 24;
    private static final int WORKING_FOLDER = -100;
    private static final int SIZE_AND_BLOCKS = 0x200 | 0x400;
    private static final int STATX_BYTES = 256;
    private static final int STATX_SIZE_AT = 40;
    private static final int STATX_BLOCKS_AT = 48;
    private static final int BLOCK_BYTES = 512;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final Optional<CFunction> statx;
    private final Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    DiskFiles() {
        Linker linker = Linker.nativeLinker();
        statx = linker.defaultLookup()
                .find("statx")
                .map(address -> CFunction.of(
                        linker,
                        "statx",
                        address,
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS)));
    }

    private record Stat(long size, long allocated) {}

    /** How large a disk is; empty for what is no file, may not be read, or is in a format whose header is not known here. */
    Optional<Domain.DiskSize> size(VmDisk disk) {
        Optional<Path> path = path(disk.name()).filter(Files::isRegularFile);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        Path file = path.get();
        return stat(file).flatMap(stat -> {
            OptionalLong capacity = switch (disk.format().orElse("raw")) {
                case "raw" -> OptionalLong.of(stat.size());
                case "qcow2" -> qcow2(file);
                default -> OptionalLong.empty();
            };
            return capacity.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Domain.DiskSize(capacity.getAsLong(), stat.allocated()));
        });
    }

    private static Optional<Path> path(String name) {
        try {
            return name.startsWith("/") ? Optional.of(Path.of(name)) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty(); // not to be written in the language that this host was started in
        }
    }

    private Optional<Stat> stat(Path file) {
        if (statx.isEmpty()) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(STATX_BYTES, Long.BYTES);
            int result = statx.get()
                    .callInt(WORKING_FOLDER, arena.allocateFrom(file.toString(), names), 0, SIZE_AND_BLOCKS, found);
            return result != 0
                    ? Optional.empty()
                    : Optional.of(
                            new Stat(found.get(LONG, STATX_SIZE_AT), found.get(LONG, STATX_BLOCKS_AT) * BLOCK_BYTES));
        }
    }

    private static OptionalLong qcow2(Path file) {
        ByteBuffer header = ByteBuffer.allocate(QCOW2_SIZE_AT + Long.BYTES);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            while (header.hasRemaining() && channel.read(header) >= 0) {
                // until it is read
            }
        } catch (IOException mayNotBeRead) {
            return OptionalLong.empty();
        }
        return header.hasRemaining() || header.getInt(0) != QCOW2_MAGIC
                ? OptionalLong.empty()
                : OptionalLong.of(header.getLong(QCOW2_SIZE_AT));
    }
}
