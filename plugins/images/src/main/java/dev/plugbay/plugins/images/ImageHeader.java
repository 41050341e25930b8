package dev.plugbay.plugins.images;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;

/**
 * What an image's first bytes say.
 *
 * <p>A guest writes what it likes at the beginning of its raw disk, so a {@code .raw} file is raw whatever it contains. All others are told by their magic,
 * as images of clouds are often qcow2 in a file called {@code .img}.
 *
 * @param format {@code raw}, {@code qcow2}, or {@code qcow} for versions that are only listed
 * @param virtualSize its size as the guest sees it
 * @param version the version of a qcow2 header; 0 for raw
 * @param incompatible the incompatible feature bits of a qcow2 header
 * @param snapshots internal snapshots
 * @param encrypted whether its content is encrypted
 * @param backing the image that it builds upon
 * @param dataFile the file that holds its data
 * @param defect why it cannot be used
 */
record ImageHeader(
        String format,
        long virtualSize,
        int version,
        long incompatible,
        long snapshots,
        boolean encrypted,
        Optional<Backing> backing,
        Optional<String> dataFile,
        Optional<String> defect) {
    static final String RAW = "raw";
    static final String QCOW2 = "qcow2";

    /** A header and all that is read of it: the first cluster at its largest common size. */
    private static final int READ_BYTES = 64 * 1024;

    /**
     * The image that an image builds upon.
     *
     * @param name its name, as the header has it
     * @param format its format, if the header has it
     */
    record Backing(String name, Optional<String> format) {}

    /** Reads the header of a file. */
    static ImageHeader read(Path file) throws IOException {
        return read(file, file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".raw"));
    }

    /** Reads the header of a file whose format is known. */
    static ImageHeader read(Path file, boolean raw) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (raw) {
                return raw(size);
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size, READ_BYTES));
            while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
                // until the end
            }
            bytes.flip();
            return Qcow2.isQcow(bytes) ? Qcow2.read(bytes) : raw(size);
        }
    }

    static ImageHeader raw(long size) {
        return new ImageHeader(RAW, size, 0, 0, 0, false, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Whether the file holds all of the disk. */
    boolean complete() {
        return backing.isEmpty() && dataFile.isEmpty();
    }
}
