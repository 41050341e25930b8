package dev.plugbay.cloud;

import java.nio.file.Path;

/**
 * A file that an export wrote.
 *
 * @param path its path; providers give it relative to the folder or absolute within it
 * @param bytes its size
 * @param sha256 the SHA-256 of its bytes, 64 lower-case hexadecimal digits
 */
public record ExportedFile(Path path, long bytes, String sha256) {

    /** A builder with what is required. */
    public static Builder builder(Path path, long bytes, String sha256) {
        return new Builder(path, bytes, sha256);
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder(path, bytes, sha256);
        return builder;
    }

    /** Builds a {@link ExportedFile}. */
    public static final class Builder {
        private final Path path;
        private final long bytes;
        private final String sha256;

        private Builder(Path path, long bytes, String sha256) {
            this.path = path;
            this.bytes = bytes;
            this.sha256 = sha256;
        }

        /** The ExportedFile. */
        public ExportedFile build() {
            return new ExportedFile(path, bytes, sha256);
        }
    }
}
