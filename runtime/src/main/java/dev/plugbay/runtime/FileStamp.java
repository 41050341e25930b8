package dev.plugbay.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * Tells whether a file, or anything in a folder, was touched, without reading it.
 *
 * @param kind what it is
 * @param mark size, times and identity; of a folder a digest of all of these
 * @param newest the latest modification
 */
record FileStamp(Kind kind, String mark, Instant newest) {
    enum Kind {
        FILE,
        FOLDER,
        OTHER
    }

    private static final int MAX_FILES = 40_000;

    static FileStamp of(Path link) throws IOException {
        Path path = link.toRealPath(); // what lies in a plugin folder may be a link; what lies in a plugin may not
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.isRegularFile()) {
            return new FileStamp(
                    Kind.FILE,
                    mark(path, attributes),
                    attributes.lastModifiedTime().toInstant());
        }
        return attributes.isDirectory()
                ? ofFolder(path)
                : new FileStamp(Kind.OTHER, "", attributes.lastModifiedTime().toInstant());
    }

    private static FileStamp ofFolder(Path folder) throws IOException {
        MessageDigest digest = Hashes.sha256();
        Instant[] newest = {Instant.EPOCH};
        int[] count = {0};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                return visitFile(each, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                digest.update((folder.relativize(each) + "\n" + mark(each, attributes) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
                Instant modified = attributes.lastModifiedTime().toInstant();
                newest[0] = modified.isAfter(newest[0]) ? modified : newest[0];
                return ++count[0] > MAX_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }
        });
        return new FileStamp(Kind.FOLDER, Hashes.hex(digest), newest[0]);
    }

    private static String mark(Path path, BasicFileAttributes attributes) {
        return attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey() + " "
                + changed(path);
    }

    /** The time of the last change of content or attributes, which no program can set; where there is one. */
    private static String changed(Path path) {
        try {
            return String.valueOf(Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "";
        }
    }
}
