package dev.plugbay.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The host's folder on this machine: {@code PLUGBAY_HOME}, or {@code ~/.plugbay}.
 *
 * @param folder the folder, which need not exist
 */
record HomeFolder(Path folder) {
    static HomeFolder of(Console console) {
        String home = console.variable("PLUGBAY_HOME");
        if (!home.isBlank()) {
            return new HomeFolder(Path.of(home).toAbsolutePath().normalize());
        }
        String user = console.variable("HOME");
        return new HomeFolder(Path.of(user.isBlank() ? System.getProperty("user.home") : user, ".plugbay")
                .toAbsolutePath());
    }

    /** Where a running host writes its address. */
    Path daemonFile() {
        return folder.resolve("run").resolve("daemon.json");
    }

    Path tokenFile() {
        return folder.resolve("token");
    }

    /** The token that the host made at its first start, if it can be read. */
    Optional<String> token() {
        try {
            return Optional.of(Files.readString(tokenFile()).strip()).filter(text -> !text.isEmpty());
        } catch (IOException notReadable) {
            return Optional.empty();
        }
    }
}
