package dev.plugbay.runtime;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** What a file of an instance's storage holds: the key, which the file's name only hints at, and the value, with a checksum. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredValue(String key, byte[] value) {
    private static final int MAGIC = 0x50424b31; // PBK1
    private static final int FRAME = 4 + 4 + 4 + 8;

    byte[] write() {
        ByteBuffer out = ByteBuffer.allocate(FRAME + 2 * key.length() + value.length);
        out.putInt(MAGIC).putInt(key.length()).putInt(value.length);
        // Not as UTF-8: a key may hold half of a surrogate pair.
        for (int i = 0; i < key.length(); i++) {
            out.putChar(key.charAt(i));
        }
        out.put(value);
        return out.putLong(checksum(out.array())).array();
    }

    static StoredValue read(byte[] bytes, Path file) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < FRAME || in.getInt() != MAGIC) {
            throw DurableFiles.corrupt(file, "it does not begin as a value does");
        }
        int chars = in.getInt();
        int length = in.getInt();
        if (chars < 0 || length < 0 || FRAME + 2L * chars + length != bytes.length) {
            throw DurableFiles.corrupt(file, "its length is not what it says");
        }
        if (in.getLong(bytes.length - 8) != checksum(bytes)) {
            throw DurableFiles.corrupt(file, "its checksum does not fit");
        }
        char[] key = new char[chars];
        for (int i = 0; i < chars; i++) {
            key[i] = in.getChar();
        }
        byte[] value = new byte[length];
        in.get(value);
        return new StoredValue(new String(key), value);
    }

    private static long checksum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, bytes.length - 8);
        return sum.getValue();
    }
}
