package dev.plugbay.runtime;

import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a home's artifact store, examined without a host and without changing anything. */
public final class StoredArtifacts {
    private StoredArtifacts() {}

    /**
     * What was found.
     *
     * @param intact how many artifacts are as they were stored
     * @param damaged the SHA-256 of those that are not, or cannot be read
     * @param staging what interrupted work left
     */
    public record Found(int intact, List<String> damaged, List<Path> staging) {
        /** Copies the lists. */
        public Found {
            damaged = List.copyOf(damaged);
            staging = List.copyOf(staging);
        }
    }

    /**
     * Reads every artifact and compares it with its hash.
     *
     * @throws IOException when the store cannot be read
     */
    public static Found examine(Path home) throws IOException {
        Path root = home.resolve("artifacts");
        List<String> damaged = new ArrayList<>();
        List<Path> staging = new ArrayList<>();
        int intact = 0;
        if (Files.isDirectory(root)) {
            ArtifactStore store = new ArtifactStore(home);
            try (Stream<Path> folders = Files.list(root)) {
                for (Path folder : folders.sorted().toList()) {
                    String name = folder.getFileName().toString();
                    if (!name.matches("[0-9a-f]{64}")) {
                        staging.add(folder);
                    } else if (isIntact(store, name)) {
                        intact++;
                    } else {
                        damaged.add(name);
                    }
                }
            }
        }
        return new Found(intact, damaged, staging);
    }

    private static boolean isIntact(ArtifactStore store, String sha256) {
        try {
            return store.open(sha256).isPresent();
        } catch (PlugbayException damaged) {
            return false;
        }
    }
}
