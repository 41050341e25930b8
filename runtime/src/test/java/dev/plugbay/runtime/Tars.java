package dev.plugbay.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Writes tar archives byte by byte, wrong ones too. */
final class Tars {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Tars file(String name, String content) {
        return entry(name, '0', content.getBytes(StandardCharsets.UTF_8), "");
    }

    Tars entry(String name, char type, byte[] content, String link) {
        byte[] header = new byte[512];
        text(header, 0, name);
        text(header, 100, "0000644");
        text(header, 124, "%011o".formatted(content.length));
        text(header, 136, "00000000000");
        header[156] = (byte) type;
        text(header, 157, link);
        text(header, 257, "ustar");
        text(header, 263, "00");
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xFF;
        }
        text(header, 148, "%06o\0 ".formatted(sum));
        out.writeBytes(header);
        out.writeBytes(content);
        out.writeBytes(new byte[-content.length & 511]);
        return this;
    }

    Tars pax(String key, String value) {
        return entry("PaxHeaders/x", 'x', record(key, value), "");
    }

    Tars gnuLongName(String name) {
        return entry("././@LongLink", 'L', (name + "\0").getBytes(StandardCharsets.UTF_8), "");
    }

    static byte[] record(String key, String value) {
        String tail = " " + key + "=" + value + "\n";
        int length = tail.getBytes(StandardCharsets.UTF_8).length;
        int total = length + Integer.toString(length).length();
        total = length + Integer.toString(total).length();
        return (total + tail).getBytes(StandardCharsets.UTF_8);
    }

    private static void text(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    byte[] tar() {
        byte[] body = out.toByteArray();
        return Arrays.copyOf(body, body.length + 1024);
    }

    byte[] gz() {
        return gzip(tar());
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gz = new GZIPOutputStream(packed)) {
            gz.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
