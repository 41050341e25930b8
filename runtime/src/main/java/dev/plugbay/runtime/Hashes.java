package dev.plugbay.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/** SHA-256 of files and of lists of files. */
final class Hashes {
    /** Something that writes. */
    interface Writer {
        void to(OutputStream out) throws IOException;
    }

    private Hashes() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[64 << 10];
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return hex(digest);
    }

    /** A folder's hash: that of its lines {@code path, sha256}, sorted by path. */
    static String ofList(SortedMap<String, String> hashes) {
        MessageDigest digest = sha256();
        hashes.forEach((path, hash) -> digest.update((path + ", " + hash + "\n").getBytes(StandardCharsets.UTF_8)));
        return hex(digest);
    }

    /** Writes a new file durably and answers with the hash of what was written. */
    static String write(Path file, Writer writer) throws IOException {
        MessageDigest digest = sha256();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            OutputStream out = new OutputStream() {
                private final OutputStream file = Channels.newOutputStream(channel);

                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    digest.update(bytes, offset, length);
                    file.write(bytes, offset, length);
                }
            };
            writer.to(out);
            channel.force(true);
        }
        return hex(digest);
    }
}
