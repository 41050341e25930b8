package dev.plugbay.runtime;

import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What a scan saw at one path.
 *
 * @param path where
 * @param folder in which folder
 * @param rank the folder's place in the list; higher is more specific
 * @param state what it is
 * @param id the plugin's id; present when stable
 * @param version its version; present when stable
 * @param sha256 the hash that its artifact will have; present when stable
 * @param problem why it was refused; present when refused
 * @param lookAgain when another scan can say more; present when unstable or vanished
 */
record Sighting(
        Path path,
        PluginFolder folder,
        int rank,
        State state,
        Optional<String> id,
        Optional<Version> version,
        Optional<String> sha256,
        Optional<PlugbayException> problem,
        Optional<Instant> lookAgain) {

    enum State {
        /** A plugin, unchanged for the settle time. */
        STABLE,
        /** Was changed less than the settle time ago. */
        UNSTABLE,
        /** Was there less than the settle time ago; when that is over it is no longer seen. */
        VANISHED,
        /** Breaks a rule. */
        REFUSED,
        /** Carries no manifest. */
        SKIPPED
    }
}
