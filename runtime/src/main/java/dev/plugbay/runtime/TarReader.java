package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive in one pass: POSIX ustar with pax headers, and GNU long names. Files and folders only; links, devices, pipes and sparse
 * files are refused, as is anything after the end.
 */
final class TarReader {
    private static final int BLOCK = 512;
    private static final int MAX_HEADER = 64 << 10;

    private final InputStream in;
    private @Nullable EntryStream current;
    private boolean ended;

    /**
     * An entry.
     *
     * @param name its name; a folder's ends in {@code /}
     * @param size its bytes
     * @param content its content; to be read before the next entry
     */
    record Entry(String name, long size, InputStream content) {
        boolean folder() {
            return name.endsWith("/");
        }
    }

    TarReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next entry.
     *
     * @throws PlugbayException {@link ErrorCode#ARTIFACT_CORRUPT} when the archive is cut short or damaged; {@link ErrorCode#UNSAFE_ARCHIVE} for what is not read
     */
    Optional<Entry> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        if (current != null) {
            current.finish();
        }
        Map<String, String> pax = Map.of();
        String longName = "";
        while (true) {
            byte[] header = in.readNBytes(BLOCK);
            if (header.length < BLOCK) {
                throw ZipArchive.corrupt("the tar archive has no end; it was cut short");
            }
            if (isZero(header)) {
                requireNothingElse();
                return Optional.empty();
            }
            requireChecksum(header);
            long size = number(header, 124, 12);
            char type = (char) (header[156] & 0xFF);
            switch (type) {
                case 'g' -> refuseNames(records(extra(size)));
                case 'x' -> pax = records(extra(size));
                case 'L' -> longName = cut(extra(size));
                default -> {
                    return Optional.of(entry(header, type, size, pax, longName));
                }
            }
        }
    }

    private Entry entry(byte[] header, char type, long headerSize, Map<String, String> pax, String longName) {
        String name = pax.getOrDefault("path", longName.isEmpty() ? shortName(header) : longName);
        while (name.startsWith("./") && name.length() > 2) { // what "tar -c ." writes
            name = name.substring(2);
        }
        String what = switch (type) {
            case '0', '\0', '5' -> "";
            case '1', '2', 'K' -> "a link";
            case '3', '4' -> "a device";
            case '6' -> "a pipe";
            default -> "of a kind that is not read";
        };
        if (!what.isEmpty()) {
            throw EntryNames.unsafe(name, "is " + what);
        }
        if (pax.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse"))) {
            throw EntryNames.unsafe(name, "is a sparse file");
        }
        if (pax.containsKey("linkpath")) {
            throw EntryNames.unsafe(name, "is a link");
        }
        boolean folder = type == '5' || (name.endsWith("/") && headerSize == 0);
        long size = folder ? headerSize : paxSize(pax, headerSize);
        if (folder ? size != 0 : name.endsWith("/")) {
            throw EntryNames.unsafe(name, "is a folder with content");
        }
        EntryStream content = new EntryStream(in, size);
        current = content;
        return new Entry(folder && !name.endsWith("/") ? name + "/" : name, size, content);
    }

    private static long paxSize(Map<String, String> pax, long otherwise) {
        String text = pax.get("size");
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw ZipArchive.corrupt("a header of the tar archive is damaged");
        }
        return Long.parseLong(text);
    }

    private static void refuseNames(Map<String, String> global) {
        if (global.containsKey("path") || global.containsKey("linkpath") || global.containsKey("size")) {
            throw EntryNames.unsafe("a global header gives all its entries one name or size");
        }
    }

    private byte[] extra(long size) throws IOException {
        if (size > MAX_HEADER) {
            throw EntryNames.unsafe("a header has more than " + MAX_HEADER + " bytes");
        }
        byte[] bytes = in.readNBytes((int) size);
        int padding = (int) (-size & (BLOCK - 1));
        if (bytes.length < size || in.readNBytes(padding).length < padding) {
            throw ZipArchive.corrupt("the tar archive was cut short");
        }
        return bytes;
    }

    /** Records of a pax header: {@code "<length> <key>=<value>\n"}. */
    private static Map<String, String> records(byte[] bytes) {
        Map<String, String> records = new LinkedHashMap<>();
        int at = 0;
        while (at < bytes.length) {
            int blank = at;
            int length = 0;
            while (blank < bytes.length && bytes[blank] >= '0' && bytes[blank] <= '9' && blank - at < 6) {
                length = length * 10 + bytes[blank++] - '0';
            }
            if (blank == at
                    || length < 5
                    || at + length > bytes.length
                    || bytes[blank] != ' '
                    || bytes[at + length - 1] != '\n') {
                throw ZipArchive.corrupt("a header of the tar archive is damaged");
            }
            int from = blank + 1;
            if (from > at + length - 1) {
                throw ZipArchive.corrupt("a header of the tar archive is damaged");
            }
            String record = text(bytes, from, at + length - 1 - from);
            int equals = record.indexOf('=');
            if (equals < 1) {
                throw ZipArchive.corrupt("a header of the tar archive is damaged");
            }
            records.put(record.substring(0, equals), record.substring(equals + 1));
            at += length;
        }
        return records;
    }

    private static String shortName(byte[] header) {
        String name = field(header, 0, 100);
        boolean ustar = field(header, 257, 6).equals("ustar");
        String prefix = ustar && header[263] == '0' ? field(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String cut(byte[] bytes) {
        return field(bytes, 0, bytes.length);
    }

    private static String field(byte[] bytes, int at, int most) {
        int length = 0;
        while (length < most && bytes[at + length] != 0) {
            length++;
        }
        return text(bytes, at, length);
    }

    private static String text(byte[] bytes, int at, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw EntryNames.unsafe(
                    new String(bytes, at, length, StandardCharsets.ISO_8859_1), "has a name that is not UTF-8");
        }
    }

    private static long number(byte[] header, int at, int length) {
        long value = 0;
        if ((header[at] & 0x80) != 0) { // base 256, which GNU tar writes for large files
            for (int i = at + length - 8; i < at + length; i++) {
                value = (value << 8) | (header[i] & 0xFF);
            }
            boolean small = (header[at] & 0x7F) == 0;
            for (int i = at + 1; i < at + length - 8; i++) {
                small &= header[i] == 0;
            }
            if (!small || value < 0) {
                throw ZipArchive.corrupt("a header of the tar archive is damaged");
            }
            return value;
        }
        String digits = field(header, at, length).strip();
        if (!digits.matches("[0-7]{0,12}")) {
            throw ZipArchive.corrupt("a header of the tar archive is damaged");
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private static void requireChecksum(byte[] header) {
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += (i >= 148 && i < 156) ? ' ' : header[i] & 0xFF;
        }
        if (sum != number(header, 148, 8)) {
            throw ZipArchive.corrupt("it is no tar archive, or is damaged");
        }
    }

    private static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private void requireNothingElse() throws IOException {
        ended = true;
        byte[] rest = new byte[8192];
        long read = 0;
        for (int count = in.read(rest); count >= 0; count = in.read(rest)) {
            for (int i = 0; i < count; i++) {
                if (rest[i] != 0) {
                    throw EntryNames.unsafe("there is something after the end of the tar archive");
                }
            }
            read += count;
            if (read > 1 << 20) { // blocking factors are far smaller
                throw EntryNames.unsafe("there is something after the end of the tar archive");
            }
        }
    }

    /** The bytes of one entry, and no more. */
    private static final class EntryStream extends FilterInputStream {
        private final long size;
        private long left;

        EntryStream(InputStream in, long size) {
            super(in);
            this.size = size;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = super.read(bytes, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the tar archive was cut short");
            }
            left -= count;
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        /** Reads over what is left, and the padding; the stream below stays open. */
        void finish() throws IOException {
            byte[] rest = new byte[8192];
            while (left > 0) {
                int _ = read(rest, 0, rest.length);
            }
            int padding = (int) (-size & (BLOCK - 1));
            if (in.readNBytes(padding).length < padding) {
                throw new EOFException("the tar archive was cut short");
            }
        }

        @Override
        public void close() {
            // the archive's stream is not this entry's to close
        }
    }
}
