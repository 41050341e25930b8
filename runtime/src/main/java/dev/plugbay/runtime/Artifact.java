package dev.plugbay.runtime;

import java.nio.file.Path;
import java.util.List;

/**
 * The exact bytes of one plugin version, checked and kept read-only in the store.
 *
 * @param sha256 64 hexadecimal digits: of the archive's bytes; of a folder's sorted {@code path, sha256} lines
 * @param folder where its files are
 * @param manifest its manifest
 * @param classpath its jars, in the order of the class path; empty for an executable
 */
record Artifact(String sha256, Path folder, Manifest manifest, List<Path> classpath) {
    Artifact {
        classpath = List.copyOf(classpath);
    }

    /** As it is shown: {@code sha256:} and the digits. */
    String label() {
        return "sha256:" + sha256;
    }
}
