package dev.plugbay.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Where the host is and what to show it at its door.
 *
 * @param url the host's address, without a slash at its end
 * @param token the token, if one is known
 * @param pid the process, when the address was found in the home folder
 */
record Address(String url, Optional<String> token, Optional<Long> pid) {
    /**
     * Finds the host: as told by {@code --url} or {@code PLUGBAY_URL}, else the one whose file lies in the home folder.
     * The home folder's token is shown to that host, and to no other machine.
     */
    static Address find(Console console, Optional<String> told) {
        HomeFolder home = HomeFolder.of(console);
        Optional<String> given = told.or(() -> Optional.of(console.variable("PLUGBAY_URL")))
                .map(String::strip)
                .filter(url -> !url.isEmpty());
        Optional<String> token = Optional.of(console.variable("PLUGBAY_TOKEN")).filter(value -> !value.isBlank());
        if (given.isPresent()) {
            URI uri = parse(given.get());
            return new Address(
                    trim(given.get()),
                    token.or(() -> isLoopback(uri) ? home.token() : Optional.empty()),
                    Optional.empty());
        }
        Path file = home.daemonFile();
        if (!Files.exists(file)) {
            throw Failure.unreachable(
                    "No host runs for " + home.folder() + " (there is no " + file.getFileName()
                            + " in its run folder).",
                    "Start one with ./plugbay up, or name another with --url.");
        }
        try {
            JsonNode daemon = Json.read(Files.readAllBytes(file));
            String url = daemon.path("url").asString("");
            parse(url);
            return new Address(
                    trim(url),
                    token.or(home::token),
                    Optional.of(daemon.path("pid").asLong(-1)).filter(pid -> pid > 0));
        } catch (IOException | JacksonException e) {
            throw Failure.unreachable(
                    "The file " + file + " cannot be read.", "Start the host with ./plugbay up, which writes it anew.");
        }
    }

    private static URI parse(String url) {
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw Failure.usage("\"" + url + "\" is no address of a host.", "Write it as in http://127.0.0.1:7420");
    }

    private static boolean isLoopback(URI uri) {
        String host = uri.getHost();
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
    }

    private static String trim(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** That nobody answers at this address, and what seems to be the matter. */
    Failure unreachable(String why) {
        if (pid.isPresent() && ProcessHandle.of(pid.get()).isEmpty()) {
            return Failure.unreachable(
                    "The host that ran at " + url + " (process " + pid.get() + ") has gone without taking leave.",
                    "Start it again with ./plugbay up.");
        }
        return Failure.unreachable(
                "No host answers at " + url + " (" + why + ").", "Start one with ./plugbay up, or check the address.");
    }
}
