package dev.plugbay.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A small disk image that a new home gets, so that there is something to list and to export: 8 MiB, nearly all of it a hole, with a partition
 * table and a FAT12 file system that holds one text file. The layout is that of Microsoft's FAT specification.
 */
final class SampleImage {
    private static final int SECTOR = 512;
    private static final int SECTORS = 16_384;
    private static final int START = 2048;
    private static final int PART_SECTORS = SECTORS - START;
    private static final int CLUSTER_SECTORS = 8;
    private static final int FAT_SECTORS = 6;
    private static final int ROOT_ENTRIES = 512;
    private static final int ROOT_START = 1 + 2 * FAT_SECTORS;
    private static final int DATA_START = ROOT_START + ROOT_ENTRIES * 32 / SECTOR;
    /** 2026-01-01 as FAT writes dates. */
    private static final short DATE = (short) ((46 << 9) | (1 << 5) | 1);

    private static final String TEXT = """
            This is Plugbay's sample disk. Nothing boots from it.

            Export it:       plugbay export sample --to out/
            Put your own raw or qcow2 images beside it, and they are listed too.
            """;

    private SampleImage() {}

    /** Writes it as a whole or not at all, in place of nothing. */
    static void write(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Path partial = file.resolveSibling("." + file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                partial,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            put(channel, 0, partitionTable());
            put(channel, START, bootSector());
            byte[] table = fat();
            put(channel, START + 1, table);
            put(channel, START + 1 + FAT_SECTORS, table);
            put(channel, START + ROOT_START, rootFolder());
            put(channel, START + DATA_START, TEXT.getBytes(StandardCharsets.US_ASCII));
            // The last byte gives the file its size; all between stays a hole.
            channel.write(ByteBuffer.allocate(1), (long) SECTORS * SECTOR - 1);
            channel.force(true);
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void put(FileChannel channel, int sector, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long at = (long) sector * SECTOR;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    private static byte[] partitionTable() {
        ByteBuffer sector = sector();
        sector.putInt(0x1B8, 0x504C5542);
        sector.position(0x1BE);
        sector.put((byte) 0).put(new byte[] {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF});
        sector.put((byte) 0x01).put(new byte[] {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF});
        sector.putInt(START).putInt(PART_SECTORS);
        return signed(sector);
    }

    private static byte[] bootSector() {
        ByteBuffer sector = sector();
        sector.put(new byte[] {(byte) 0xEB, 0x3C, (byte) 0x90});
        sector.put(ascii("PLUGBAY ", 8));
        sector.putShort((short) SECTOR).put((byte) CLUSTER_SECTORS).putShort((short) 1);
        sector.put((byte) 2).putShort((short) ROOT_ENTRIES).putShort((short) PART_SECTORS);
        sector.put((byte) 0xF8).putShort((short) FAT_SECTORS);
        sector.putShort((short) 63).putShort((short) 255).putInt(START).putInt(0);
        sector.put((byte) 0x80).put((byte) 0).put((byte) 0x29).putInt(0x504C5542);
        sector.put(ascii("SAMPLE", 11)).put(ascii("FAT12", 8));
        return signed(sector);
    }

    /** Two reserved entries, then cluster 2, which is the text file's last. */
    private static byte[] fat() {
        byte[] table = new byte[FAT_SECTORS * SECTOR];
        byte[] entries = {(byte) 0xF8, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
        System.arraycopy(entries, 0, table, 0, entries.length);
        return table;
    }

    private static byte[] rootFolder() {
        ByteBuffer folder = sector();
        folder.put(ascii("SAMPLE", 11)).put((byte) 0x08);
        folder.position(24);
        folder.putShort(DATE);
        folder.position(32);
        folder.put(ascii("README  TXT", 11)).put((byte) 0x20);
        folder.position(32 + 24);
        folder.putShort(DATE).putShort((short) 2).putInt(TEXT.length());
        return bytes(folder);
    }

    private static ByteBuffer sector() {
        return ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] signed(ByteBuffer sector) {
        return bytes(sector.put(510, (byte) 0x55).put(511, (byte) 0xAA));
    }

    private static byte[] bytes(ByteBuffer sector) {
        byte[] bytes = new byte[SECTOR];
        sector.get(0, bytes);
        return bytes;
    }

    private static byte[] ascii(String text, int length) {
        byte[] padded = new byte[length];
        Arrays.fill(padded, (byte) ' ');
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, padded, 0, bytes.length);
        return padded;
    }
}
