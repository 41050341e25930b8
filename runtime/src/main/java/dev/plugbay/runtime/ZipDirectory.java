package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The entries of a zip file, as its end, its central directory and its local headers agree on them. */
final class ZipDirectory {
    private static final int END = 0x06054b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_SIZE = 22;
    private static final int CENTRAL_SIZE = 46;
    private static final int LOCAL_SIZE = 30;
    private static final long UNKNOWN = 0xFFFF_FFFFL;
    private static final int MAX_DIRECTORY = 64 << 20;

    private record Header(String name, int flags, int method, long crc, long packed, long size, long at) {}

    private ZipDirectory() {}

    /**
     * Reads and checks them; they come in the order of their bytes.
     *
     * @throws PlugbayException {@link ErrorCode#ARTIFACT_CORRUPT} when it is no zip or cut short; {@link ErrorCode#UNSAFE_ARCHIVE} when it is ambiguous
     */
    static List<ZipArchive.Entry> read(FileChannel channel, UnpackBudget.Caps caps) throws IOException {
        long endAt = findEnd(channel);
        ByteBuffer end = bytes(channel, endAt, END_SIZE);
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
            throw ZipArchive.corrupt("its directory lies outside of it");
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
        List<Header> headers = headers(bytes(channel, start, (int) size), count);
        List<ZipArchive.Entry> entries = new ArrayList<>();
        headers.sort(Comparator.comparingLong(Header::at));
        long free = 0;
        for (Header header : headers) {
            if (header.at < free) {
                throw EntryNames.unsafe(header.name, "overlaps another entry");
            }
            if (free == 0 && header.at != 0) {
                throw EntryNames.unsafe("there are bytes before its first entry");
            }
            ZipArchive.Entry entry = local(channel, header, start);
            free = entry.data() + entry.packed();
            entries.add(entry);
        }
        return entries;
    }

    /** Where the end record begins. Its comment must reach to the end of the file, and no second record may do so, lest readers choose differently. */
    private static long findEnd(FileChannel channel) throws IOException {
        long length = channel.size();
        int tail = (int) Math.min(length, END_SIZE + 0xFFFF);
        ByteBuffer bytes = bytes(channel, length - tail, tail);
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
            throw ZipArchive.corrupt("it is neither a jar or zip file nor a tar.gz archive, or was cut short");
        }
        return found;
    }

    private static List<Header> headers(ByteBuffer directory, int count) throws IOException {
        List<Header> headers = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (directory.limit() - at < CENTRAL_SIZE || directory.getInt(at) != CENTRAL) {
                throw ZipArchive.corrupt("its directory is damaged");
            }
            int name = directory.getShort(at + 28) & 0xFFFF;
            int extra = directory.getShort(at + 30) & 0xFFFF;
            int comment = directory.getShort(at + 32) & 0xFFFF;
            if (directory.limit() - at < CENTRAL_SIZE + name + extra + comment) {
                throw ZipArchive.corrupt("its directory is damaged");
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
                throw ZipArchive.corrupt("its directory is damaged");
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
                throw ZipArchive.corrupt("its directory is damaged");
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

    private static ZipArchive.Entry local(FileChannel channel, Header header, long directory) throws IOException {
        if (directory - header.at < LOCAL_SIZE) {
            throw ZipArchive.corrupt("an entry lies outside of it");
        }
        ByteBuffer local = bytes(channel, header.at, LOCAL_SIZE);
        if (local.getInt(0) != LOCAL) {
            throw ZipArchive.corrupt("the header of an entry is damaged");
        }
        int nameLength = local.getShort(26) & 0xFFFF;
        long data = header.at + LOCAL_SIZE + nameLength + (local.getShort(28) & 0xFFFF);
        if (data + header.packed > directory) {
            throw ZipArchive.corrupt("an entry lies outside of it");
        }
        byte[] name = new byte[nameLength];
        bytes(channel, header.at + LOCAL_SIZE, nameLength).get(name);
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
        return new ZipArchive.Entry(header.name, header.method, header.crc, header.packed, header.size, data);
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

    private static ByteBuffer bytes(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("the file became shorter");
            }
        }
        return bytes.flip();
    }
}
