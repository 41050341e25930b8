package dev.plugbay.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The process of the host that runs for a home folder.
 *
 * @param process the process
 * @param url its address
 */
record DaemonProcess(ProcessHandle process, String url) {
    private static final String MAIN = "dev.plugbay.daemon.Main";
    // The kernel tells a process's start in hundredths of a second after boot, so the two clocks differ a little.
    private static final Duration SLACK = Duration.ofSeconds(2);

    /** Finds it by its file; whether the process is still that one is checked, for ids are used again. */
    static Optional<DaemonProcess> of(HomeFolder home) {
        try {
            JsonNode file = Json.read(Files.readAllBytes(home.daemonFile()));
            Instant announced = Instant.parse(Json.text(file, "startedAt"));
            return ProcessHandle.of(file.path("pid").asLong(-1))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> startedBefore(process, announced))
                    .filter(DaemonProcess::isDaemon)
                    .map(process -> new DaemonProcess(process, Json.text(file, "url")));
        } catch (IOException | JacksonException | DateTimeParseException | IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    private static boolean startedBefore(ProcessHandle process, Instant announced) {
        return process.info()
                .startInstant()
                .map(start -> !start.isAfter(announced.plus(SLACK)))
                .orElse(true);
    }

    /** Judged by the command line, where the system lets us read it. */
    private static boolean isDaemon(ProcessHandle process) {
        return process.info()
                .arguments()
                .map(arguments -> Arrays.asList(arguments).contains(MAIN))
                .orElse(true);
    }
}
