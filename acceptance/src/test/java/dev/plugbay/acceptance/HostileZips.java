package dev.plugbay.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Archives that nobody should unpack. */
final class HostileZips {
    private static final String MANIFEST = """
            {"manifestVersion": 1, "id": "evil", "version": "1.0.0", "runtime": {"kind": "java", "main": "a.B"}}
            """;
    private static final int REGULAR = 0x81A4;
    private static final int LINK = 0xA1FF;

    private HostileZips() {}

    /** A manifest, and an entry of this name. */
    static byte[] withName(String name) {
        return zip("manifest.json", text(MANIFEST), name, text("x"));
    }

    /** A thousand times as large as it looks. */
    static byte[] bomb() {
        return zip("manifest.json", text(MANIFEST), "lib/bomb.jar", new byte[64 << 20]);
    }

    /** A manifest of 50 MB that does not compress well. */
    static byte[] largeManifest() {
        StringBuilder manifest = new StringBuilder("{\"manifestVersion\": 1, \"x-filler\": \"");
        Random random = new Random(1);
        while (manifest.length() < 50_000_000) {
            manifest.append(Long.toHexString(random.nextLong()));
        }
        return zip("manifest.json", text(manifest.append("\"}").toString()), "lib/a.jar", text("x"));
    }

    /** The second entry's bytes are part of the first one's. */
    static byte[] overlapping() {
        byte[] inner = local("inner", text("x"));
        byte[] outer = local("outer", inner);
        byte[] manifest = local("manifest.json", text(MANIFEST));
        int outerAt = manifest.length;
        int innerAt = outerAt + outer.length - inner.length;
        return archive(
                concat(manifest, outer),
                central("manifest.json", text(MANIFEST), 0, REGULAR),
                central("outer", inner, outerAt, REGULAR),
                central("inner", text("x"), innerAt, REGULAR));
    }

    /** An entry that is a symbolic link. */
    static byte[] link() {
        byte[] manifest = local("manifest.json", text(MANIFEST));
        byte[] link = local("lib", text("/etc"));
        return archive(
                concat(manifest, link),
                central("manifest.json", text(MANIFEST), 0, REGULAR),
                central("lib", text("/etc"), manifest.length, LINK));
    }

    private static byte[] zip(String name, byte[] content, String other, byte[] otherContent) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
            zip.putNextEntry(new ZipEntry(other));
            zip.write(otherContent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] local(String name, byte[] content) {
        ByteBuffer header = buffer(30 + name.length() + content.length).putInt(0x04034b50);
        return array(common(header.putShort((short) 20), name, content)
                .putShort((short) 0)
                .put(text(name))
                .put(content));
    }

    private static byte[] central(String name, byte[] content, int at, int mode) {
        ByteBuffer header = buffer(46 + name.length()).putInt(0x02014b50);
        return array(common(header.putShort((short) (3 << 8 | 20)).putShort((short) 20), name, content)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(mode << 16)
                .putInt(at)
                .put(text(name)));
    }

    /** Flags, method, time, sum, sizes and the name's length: the same in both headers. Everything is stored. */
    private static ByteBuffer common(ByteBuffer header, String name, byte[] content) {
        CRC32 sum = new CRC32();
        sum.update(content);
        return header.putShort((short) 0)
                .putShort((short) 0)
                .putInt(0x5A210000)
                .putInt((int) sum.getValue())
                .putInt(content.length)
                .putInt(content.length)
                .putShort((short) name.length());
    }

    private static byte[] archive(byte[] locals, byte[]... directory) {
        byte[] entries = concat(directory);
        ByteBuffer end = buffer(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) directory.length)
                .putShort((short) directory.length)
                .putInt(entries.length)
                .putInt(locals.length)
                .putShort((short) 0);
        return concat(locals, entries, array(end));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static byte[] array(ByteBuffer filled) {
        byte[] bytes = new byte[filled.capacity()];
        filled.rewind().get(bytes);
        return bytes;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
