package dev.plugbay.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip files byte by byte, wrong ones too. */
final class Zips {
    static final class Entry {
        String name;
        String localName;
        byte[] content;
        byte[] packed;
        int method = 8;
        int mode = 0x81A4;
        int flags = 0x800;
        long size;
        long localSize;
        long crc;
        int at = -1;
        byte[] extra = {};

        Entry(String name, byte[] content) {
            this.name = name;
            this.localName = name;
            this.content = content;
            this.size = content.length;
            this.localSize = size;
            CRC32 sum = new CRC32();
            sum.update(content);
            this.crc = sum.getValue();
            this.packed = deflate(content);
            if (name.endsWith("/")) {
                mode = 0x41ED;
            }
        }
    }

    final List<Entry> entries = new ArrayList<>();
    byte[] prefix = {};
    byte[] comment = {};
    byte[] gap = {};
    int countedMore;

    Entry add(String name, String content) {
        return add(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Entry add(String name, byte[] content) {
        Entry entry = new Entry(name, content);
        entries.add(entry);
        return entry;
    }

    Zips with(String name, String content) {
        add(name, content);
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        out.writeBytes(prefix);
        for (Entry entry : entries) {
            int at = entry.at >= 0 ? entry.at : out.size();
            byte[] local = entry.localName.getBytes(StandardCharsets.UTF_8);
            if (entry.at < 0) {
                ByteBuffer header = buffer(30);
                header.putInt(0x04034b50)
                        .putShort((short) 20)
                        .putShort((short) entry.flags)
                        .putShort((short) entry.method);
                header.putInt(0x5A210000)
                        .putInt((int) entry.crc)
                        .putInt(entry.packed.length)
                        .putInt((int) entry.localSize);
                header.putShort((short) local.length).putShort((short) 0);
                out.writeBytes(array(header));
                out.writeBytes(local);
                out.writeBytes(entry.packed);
            }
            byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
            ByteBuffer header = buffer(46);
            header.putInt(0x02014b50)
                    .putShort((short) (3 << 8 | 20))
                    .putShort((short) 20)
                    .putShort((short) entry.flags);
            header.putShort((short) entry.method)
                    .putInt(0x5A210000)
                    .putInt((int) entry.crc)
                    .putInt(entry.packed.length);
            header.putInt((int) entry.size)
                    .putShort((short) name.length)
                    .putShort((short) entry.extra.length)
                    .putShort((short) 0);
            header.putShort((short) 0)
                    .putShort((short) 0)
                    .putInt(entry.mode << 16)
                    .putInt(at);
            directory.writeBytes(array(header));
            directory.writeBytes(name);
            directory.writeBytes(entry.extra);
        }
        int start = out.size();
        out.writeBytes(directory.toByteArray());
        out.writeBytes(gap);
        ByteBuffer end = buffer(22);
        end.putInt(0x06054b50)
                .putInt(0)
                .putShort((short) (entries.size() + countedMore))
                .putShort((short) (entries.size() + countedMore));
        end.putInt(directory.size()).putInt(start).putShort((short) comment.length);
        out.writeBytes(array(end));
        out.writeBytes(comment);
        return out.toByteArray();
    }

    private static byte[] array(ByteBuffer filled) {
        byte[] bytes = new byte[filled.capacity()];
        filled.rewind().get(bytes);
        return bytes;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.wrap(new byte[size]).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] deflate(byte[] content) {
        Deflater deflater = new Deflater(9, true);
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            deflater.setInput(content);
            deflater.finish();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
    }
}
