package dev.plugbay.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/** Makes and examines disks. */
final class Disks {
    static final int MIB = 1024 * 1024;

    private Disks() {}

    /** A file in which MiB at even places hold bytes that look random, and those at odd places are holes. */
    static Path sparse(Path file, int mebibytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] data = new byte[MIB];
            for (int i = 0; i < mebibytes; i += 2) {
                new Random(i).nextBytes(data);
                out.seek((long) i * MIB);
                out.write(data);
            }
            out.setLength((long) mebibytes * MIB);
        }
        return file;
    }

    /** The hash as somebody else makes it: all bytes, in order. */
    static String sha256(Path file) throws IOException {
        MessageDigest digest = HashLane.sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = new byte[64 * 1024];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                digest.update(bytes, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Bytes that the file system stores. */
    static long stored(Path file) throws IOException {
        try (DiskSource source = DiskSource.file(file)) {
            return source.allocatedBytes().orElseThrow();
        }
    }
}
