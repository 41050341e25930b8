package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Deletes what instances that have ended stored: their values and their data folders. */
final class Purge {
    private Purge() {}

    /**
     * Deletes what is stored under these names, once their last calls have ended.
     *
     * @throws PlugbayException {@link ErrorCode#BUSY} when calls go on; then nothing is deleted
     */
    static void of(HostServices services, String plugin, Set<String> names) {
        HostSettings settings = services.settings().get();
        Duration limit = settings.drain().plus(settings.hookTimeout());
        try {
            if (!services.retirements().await(names::contains, limit)) {
                throw PlugbayException.of(
                                ErrorCode.BUSY,
                                String.join(", ", names)
                                        + " was removed, but calls still run on it, so its data was kept.")
                        .plugin(plugin)
                        .remedy("Purge it again when they have ended.")
                        .build();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw PlugbayException.of(
                            ErrorCode.INTERRUPTED, "The wait for the last calls was interrupted, so the data was kept.")
                    .plugin(plugin)
                    .build();
        }
        for (String name : names) {
            services.store().purge(name);
            delete(plugin, services.home().resolve("data").resolve(name));
        }
    }

    /** Deletes a file, or a folder with all that is in it. */
    static void delete(String plugin, Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> found = Files.walk(path)) {
            List<Path> files = found.sorted(Comparator.reverseOrder()).toList();
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw PlugbayException.of(ErrorCode.UNAVAILABLE, path + " cannot be deleted: " + failure.getMessage())
                    .plugin(plugin)
                    .remedy("Delete it by hand.")
                    .build();
        }
    }
}
