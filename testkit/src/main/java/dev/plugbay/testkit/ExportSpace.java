package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** An empty folder for an export, in another one that tells whether something was written beside it. */
final class ExportSpace {
    private final Path parent;
    private final Path folder;

    ExportSpace(Path parent) throws IOException {
        this.parent = parent;
        this.folder = Files.createDirectory(parent.resolve("export folder"));
    }

    Path folder() {
        return folder;
    }

    /** Everything in the folder that is not a folder itself. */
    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !Files.isDirectory(path)).toList();
        }
    }

    void assertNothingElse() {
        assertThat(parent).isDirectoryNotContaining(path -> !path.equals(folder));
    }

    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] bytes = new byte[64 * 1024];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                digest.update(bytes, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
