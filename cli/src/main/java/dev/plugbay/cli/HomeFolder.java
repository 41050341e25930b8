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
        String user = console.variable("HOME");
        String own = user.isBlank() ? System.getProperty("user.home") : user;
        if (home.isBlank()) {
            return new HomeFolder(Path.of(own, ".plugbay").toAbsolutePath());
        }
        // As the host does, which may have got it from a file in which no shell expands anything.
        String expanded = home.equals("~") || home.startsWith("~/") ? own + home.substring(1) : home;
        return new HomeFolder(Path.of(expanded).toAbsolutePath().normalize());
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
