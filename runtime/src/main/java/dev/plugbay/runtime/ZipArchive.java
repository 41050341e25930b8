package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A zip file, or jar, that says one thing only (PKWARE APPNOTE 6.3). Two readers of one zip can see different files when its central directory, its
 * local headers and its ends disagree; such archives are refused, so that what was checked is what a class loader finds. Needs a file that nobody changes.
 */
final class ZipArchive implements AutoCloseable {
    private final FileChannel channel;
    private final List<Entry> entries;

    /**
     * An entry.
     *
     * @param name its name; a folder's ends in {@code /}
     * @param method 0 stored, 8 deflated
     * @param crc its checksum
     * @param packed bytes in the archive
     * @param size bytes unpacked, as declared
     * @param data where its bytes begin
     */
    record Entry(String name, int method, long crc, long packed, long size, long data) {
        boolean folder() {
            return name.endsWith("/");
        }
    }

    private ZipArchive(FileChannel channel, List<Entry> entries) {
        this.channel = channel;
        this.entries = entries;
    }

    /**
     * Opens an archive and checks its structure.
     *
     * @throws PlugbayException {@link ErrorCode#ARTIFACT_CORRUPT} when it is no zip or cut short; {@link ErrorCode#UNSAFE_ARCHIVE} when it is ambiguous
     */
    static ZipArchive open(Path file, UnpackBudget.Caps caps) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new ZipArchive(channel, List.copyOf(ZipDirectory.read(channel, caps)));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    List<Entry> entries() {
        return entries;
    }

    /** Unpacks an entry. Its length and checksum must be those declared. */
    void copy(Entry entry, OutputStream out, UnpackBudget budget) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(32 << 10);
        byte[] buffer = new byte[64 << 10];
        CRC32 crc = new CRC32();
        long at = entry.data;
        long end = entry.data + entry.packed;
        long written = 0;
        boolean finished = entry.method == 0;
        Inflater inflater = new Inflater(true);
        try {
            while (at < end) {
                in.clear().limit((int) Math.min(in.capacity(), end - at));
                int count = channel.read(in, at);
                if (count < 0) {
                    throw corrupt("it was cut short");
                }
                at += count;
                in.flip();
                if (entry.method == 0) {
                    in.get(buffer, 0, count);
                    written = emit(entry, buffer, count, written, crc, out, budget);
                    continue;
                }
                if (finished) {
                    throw corrupt("the entry " + Json.quoted(entry.name) + " has bytes after its end");
                }
                inflater.setInput(in);
                while (!inflater.needsInput() && !inflater.finished()) {
                    int inflated = inflater.inflate(buffer);
                    if (inflated == 0 && inflater.needsDictionary()) {
                        throw corrupt("the entry " + Json.quoted(entry.name) + " is damaged");
                    }
                    written = emit(entry, buffer, inflated, written, crc, out, budget);
                }
                finished = inflater.finished();
                if (finished && inflater.getRemaining() > 0) {
                    throw corrupt("the entry " + Json.quoted(entry.name) + " has bytes after its end");
                }
            }
            while (!finished && written < entry.size) { // what the inflater still holds
                int inflated = inflater.inflate(buffer);
                if (inflated == 0) {
                    break;
                }
                written = emit(entry, buffer, inflated, written, crc, out, budget);
                finished = inflater.finished();
            }
        } catch (DataFormatException e) {
            throw corrupt("the entry " + Json.quoted(entry.name) + " is damaged");
        } finally {
            inflater.end();
        }
        if (!(finished || (entry.packed == 0 && entry.size == 0))
                || written != entry.size
                || crc.getValue() != entry.crc) {
            throw corrupt("the entry " + Json.quoted(entry.name) + " is damaged");
        }
    }

    private static long emit(
            Entry entry, byte[] bytes, int count, long before, CRC32 crc, OutputStream out, UnpackBudget budget)
            throws IOException {
        long now = before + count;
        budget.bytes(entry.name, count, now, entry.packed);
        if (now > entry.size) {
            throw EntryNames.unsafe(entry.name, "unpacks to more than it declares");
        }
        crc.update(bytes, 0, count);
        out.write(bytes, 0, count);
        return now;
    }

    static PlugbayException corrupt(String why) {
        return PlugbayException.of(ErrorCode.ARTIFACT_CORRUPT, "The archive cannot be read: " + why + ".")
                .remedy("Copy or build the file again.")
                .build();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
