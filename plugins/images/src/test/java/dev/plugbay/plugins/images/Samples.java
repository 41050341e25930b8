package dev.plugbay.plugins.images;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes images. */
final class Samples {
    static final int MIB = 1024 * 1024;

    private Samples() {}

    /** A raw image of which each second MiB is a hole. */
    static Path raw(Path file, int mebibytes) throws IOException {
        Files.createDirectories(file.getParent());
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

    /** A qcow2 header as QEMU writes it, for a disk without content. */
    static ByteBuffer header(int version, long virtualSize) {
        ByteBuffer header = ByteBuffer.allocate(4096);
        header.putInt(0, 0x514649fb).putInt(4, version).putInt(20, 16).putLong(24, virtualSize);
        if (version == 3) {
            header.putInt(96, 4).putInt(100, 104);
        }
        return header;
    }

    static ByteBuffer withBacking(ByteBuffer header, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return header.putLong(8, 1024).putInt(16, bytes.length).put(1024, bytes);
    }

    /** Adds a header extension behind the header, which must have none. */
    static ByteBuffer withExtension(ByteBuffer header, int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int at = header.getInt(4) == 2 ? 72 : header.getInt(100);
        return header.putInt(at, type).putInt(at + 4, bytes.length).put(at + 8, bytes);
    }

    static Path write(Path file, ByteBuffer bytes) throws IOException {
        Files.createDirectories(file.getParent());
        byte[] content = new byte[bytes.capacity()];
        bytes.get(0, content);
        return Files.write(file, content);
    }

    /** Names, sizes and times of all files. */
    static Map<String, String> state(Path folder) {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                state.put(path.toString(), Files.size(path) + " " + Files.getLastModifiedTime(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return state;
    }
}
