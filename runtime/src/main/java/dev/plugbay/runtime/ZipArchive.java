package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A zip file, or jar, that says one thing only (PKWARE APPNOTE 6.3). Two readers of one zip can see different files when its central directory, its
 * local headers and its ends disagree; such archives are refused, so that what was checked is what a class loader finds. Needs a file that nobody changes.
 */
final class ZipArchive implements AutoCloseable {
    private static final int END = 0x06054b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_SIZE = 22;
    private static final int CENTRAL_SIZE = 46;
    private static final int LOCAL_SIZE = 30;
    private static final long UNKNOWN = 0xFFFF_FFFFL;
    private static final int MAX_DIRECTORY = 64 << 20;

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

    private record Header(String name, int flags, int method, long crc, long packed, long size, long at) {}

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
            return new ZipArchive(channel, List.copyOf(check(channel, caps)));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    List<Entry> entries() {
        return entries;
    }

    private static List<Entry> check(FileChannel channel, UnpackBudget.Caps caps) throws IOException {
        long endAt = findEnd(channel);
        ByteBuffer end = read(channel, endAt, END_SIZE);
        int count = end.getShort(10) & 0xFFFF;
        long size = end.getInt(12) & UNKNOWN;
        long start = end.getInt(16) & UNKNOWN;
        if (count == 0xFFFF || size == UNKNOWN || start == UNKNOWN) {
            throw EntryNames.unsafe("it is a zip64 archive, which nothing below " + caps.bytes() + " bytes needs");
        }
        if (end.getInt(4) != 0 || (end.getShort(8) & 0xFFFF) != count) {
            throw EntryNames.unsafe("it is one part of several");
        }
        if (start + size > endAt) {
            throw corrupt("its directory lies outside of it");
        }
        if (start + size != endAt) {
            throw EntryNames.unsafe("there are bytes before it or between its directory and its end");
        }
        if (count > caps.entries()) {
            throw EntryNames.unsafe("it has more than " + caps.entries() + " entries");
        }
        if (size > MAX_DIRECTORY) {
            throw EntryNames.unsafe("its directory is larger than " + MAX_DIRECTORY + " bytes");
        }
        List<Header> headers = headers(read(channel, start, (int) size), count);
        List<Entry> entries = new ArrayList<>();
        headers.sort(Comparator.comparingLong(Header::at));
        long free = 0;
        for (Header header : headers) {
            if (header.at < free) {
                throw EntryNames.unsafe(header.name, "overlaps another entry");
            }
            if (free == 0 && header.at != 0) {
                throw EntryNames.unsafe("there are bytes before its first entry");
            }
            Entry entry = local(channel, header, start);
            free = entry.data + entry.packed;
            entries.add(entry);
        }
        return entries;
    }

    /** Where the end record begins. Its comment must reach to the end of the file, and no second record may do so, lest readers choose differently. */
    private static long findEnd(FileChannel channel) throws IOException {
        long length = channel.size();
        int tail = (int) Math.min(length, END_SIZE + 0xFFFF);
        ByteBuffer bytes = read(channel, length - tail, tail);
        long found = -1;
        for (int at = tail - END_SIZE; at >= 0; at--) {
            if (bytes.getInt(at) == END && at + END_SIZE + (bytes.getShort(at + 20) & 0xFFFF) == tail) {
                if (found >= 0) {
                    throw EntryNames.unsafe("it has two ends");
                }
                found = length - tail + at;
            }
        }
        if (found < 0) {
            throw corrupt("it is neither a jar or zip file nor a tar.gz archive, or was cut short");
        }
        return found;
    }

    private static List<Header> headers(ByteBuffer directory, int count) throws IOException {
        List<Header> headers = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (directory.limit() - at < CENTRAL_SIZE || directory.getInt(at) != CENTRAL) {
                throw corrupt("its directory is damaged");
            }
            int name = directory.getShort(at + 28) & 0xFFFF;
            int extra = directory.getShort(at + 30) & 0xFFFF;
            int comment = directory.getShort(at + 32) & 0xFFFF;
            if (directory.limit() - at < CENTRAL_SIZE + name + extra + comment) {
                throw corrupt("its directory is damaged");
            }
            headers.add(header(directory, at, name, extra));
            at += CENTRAL_SIZE + name + extra + comment;
        }
        if (at != directory.limit()) {
            throw EntryNames.unsafe("its directory holds more than it counts");
        }
        return headers;
    }

    private static Header header(ByteBuffer directory, int at, int nameLength, int extraLength) {
        byte[] raw = new byte[nameLength];
        directory.get(at + CENTRAL_SIZE, raw);
        String name = decode(raw);
        int flags = directory.getShort(at + 8) & 0xFFFF;
        int method = directory.getShort(at + 10) & 0xFFFF;
        if ((flags & 0x2041) != 0) {
            throw EntryNames.unsafe(name, "is encrypted");
        }
        if (method != 0 && method != 8) {
            throw EntryNames.unsafe(name, "is packed by method " + method + "; only deflate is read");
        }
        requireFileOrFolder(name, directory.getInt(at + 38) >>> 16);
        long[] wide = { // in the order in which a zip64 field holds those that do not fit
            directory.getInt(at + 24) & UNKNOWN,
            directory.getInt(at + 20) & UNKNOWN,
            directory.getInt(at + 42) & UNKNOWN
        };
        widen(directory, at + CENTRAL_SIZE + nameLength, extraLength, wide);
        if (name.endsWith("/") && wide[0] != 0) {
            throw EntryNames.unsafe(name, "is a folder with content");
        }
        return new Header(name, flags, method, directory.getInt(at + 16) & UNKNOWN, wide[1], wide[0], wide[2]);
    }

    private static void widen(ByteBuffer directory, int extraAt, int extraLength, long[] values) {
        int end = extraAt + extraLength;
        int at = extraAt;
        while (end - at >= 4) {
            int id = directory.getShort(at) & 0xFFFF;
            int length = directory.getShort(at + 2) & 0xFFFF;
            int field = at + 4;
            at = field + length;
            if (at > end) {
                throw corrupt("its directory is damaged");
            }
            for (int i = 0; id == 1 && i < values.length; i++) {
                if (values[i] == UNKNOWN && at - field >= 8) {
                    values[i] = directory.getLong(field);
                    field += 8;
                }
            }
        }
        for (long value : values) {
            if (value < 0 || value >= UNKNOWN) {
                throw corrupt("its directory is damaged");
            }
        }
    }

    private static void requireFileOrFolder(String name, int mode) {
        int type = mode & 0xF000;
        String what = switch (type) {
            case 0, 0x8000 -> "";
            case 0x4000 -> name.endsWith("/") ? "" : "a folder by its mode and a file by its name";
            case 0xA000 -> "a link";
            default -> "neither a file nor a folder";
        };
        if (!what.isEmpty()) {
            throw EntryNames.unsafe(name, "is " + what);
        }
    }

    private static Entry local(FileChannel channel, Header header, long directory) throws IOException {
        if (directory - header.at < LOCAL_SIZE) {
            throw corrupt("an entry lies outside of it");
        }
        ByteBuffer local = read(channel, header.at, LOCAL_SIZE);
        if (local.getInt(0) != LOCAL) {
            throw corrupt("the header of an entry is damaged");
        }
        int nameLength = local.getShort(26) & 0xFFFF;
        long data = header.at + LOCAL_SIZE + nameLength + (local.getShort(28) & 0xFFFF);
        if (data + header.packed > directory) {
            throw corrupt("an entry lies outside of it");
        }
        byte[] name = new byte[nameLength];
        read(channel, header.at + LOCAL_SIZE, nameLength).get(name);
        if (!Arrays.equals(name, header.name.getBytes(StandardCharsets.UTF_8))) {
            throw EntryNames.unsafe(header.name, "has another name where its bytes are");
        }
        int flags = local.getShort(6) & 0xFFFF;
        boolean sizesFollow = (flags & 8) != 0;
        if ((local.getShort(8) & 0xFFFF) != header.method
                || (flags & 0x2041) != 0
                || !(sizesFollow || sizesAgree(local, header))) {
            throw EntryNames.unsafe(header.name, "is described in two ways");
        }
        if (header.method == 0 && header.packed != header.size) {
            throw EntryNames.unsafe(header.name, "is stored, but with two sizes");
        }
        return new Entry(header.name, header.method, header.crc, header.packed, header.size, data);
    }

    private static boolean sizesAgree(ByteBuffer local, Header header) {
        return agrees(local.getInt(14), header.crc)
                && agrees(local.getInt(18), header.packed)
                && agrees(local.getInt(22), header.size);
    }

    private static boolean agrees(int local, long central) {
        return (local & UNKNOWN) == central || local == -1;
    }

    private static String decode(byte[] raw) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException e) {
            throw EntryNames.unsafe(new String(raw, StandardCharsets.ISO_8859_1), "has a name that is not UTF-8");
        }
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

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("the file became shorter");
            }
        }
        return bytes.flip();
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
