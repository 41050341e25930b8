package dev.plugbay.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads files of a plugin's folder, none through a link. */
final class FolderFiles {
    private FolderFiles() {}

    /** Copies one, as far as the budget goes. */
    static void copy(Path file, String name, OutputStream out, UnpackBudget budget) throws IOException {
        byte[] buffer = new byte[64 << 10];
        long total = 0;
        try (InputStream in = Channels.newInputStream(
                Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                total += count;
                budget.bytes(name, count, total, total);
                out.write(buffer, 0, count);
            }
        }
    }

    /** The bytes of a folder's manifest; looks before it opens, so that a pipe or device is never waited for. */
    static byte[] manifest(Path candidate, String origin) throws IOException {
        Path file = candidate.resolve(Staging.MANIFEST);
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw Staging.noManifest(origin);
        }
        if (!attributes.isRegularFile()) {
            throw EntryNames.unsafe(Staging.MANIFEST, attributes.isSymbolicLink() ? "is a link" : "is no file");
        }
        if (attributes.size() > ManifestReader.MAX_BYTES) {
            throw ManifestReader.tooLarge(origin);
        }
        try (InputStream in = Channels.newInputStream(
                Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            byte[] bytes = in.readNBytes(ManifestReader.MAX_BYTES + 1);
            if (bytes.length > ManifestReader.MAX_BYTES) {
                throw ManifestReader.tooLarge(origin);
            }
            return bytes;
        }
    }
}
