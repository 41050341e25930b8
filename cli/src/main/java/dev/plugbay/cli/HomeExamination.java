package dev.plugbay.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Has the host's own program examine the home folder: this command knows no database and no artifacts. The launcher says where that program is. */
final class HomeExamination {
    private final Path home;
    private final String libraries;
    private final Duration limit;

    /**
     * One of a home.
     *
     * @param libraries the folder of the host's program; empty if it is not known
     * @param limit how long it may take: on a disk that hangs it would take for ever
     */
    HomeExamination(HomeFolder home, String libraries, Duration limit) {
        this.home = home.folder();
        this.libraries = libraries;
        this.limit = limit;
    }

    void run(Diagnosis diagnosis) {
        if (libraries.isBlank() || !Files.isDirectory(Path.of(libraries))) {
            return;
        }
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "-cp",
                libraries + "/*",
                "dev.plugbay.daemon.Main",
                "--examine",
                "--home",
                home.toString());
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            FutureTask<byte[]> output =
                    new FutureTask<>(() -> process.getInputStream().readAllBytes());
            Thread.ofPlatform().name("examination").daemon().start(output);
            String said;
            try {
                said = new String(output.get(limit.toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
            } catch (TimeoutException e) {
                process.destroyForcibly();
                diagnosis.fail(
                        "home",
                        "the host's program has not examined it within " + limit.toSeconds()
                                + " s: the disk of the home folder, or of an export that was interrupted, does not answer",
                        "Look whether those disks and network shares are there; log/plugbay.log in the home folder names the exports.");
                return;
            }
            for (JsonNode item : Json.read(said).path("items")) {
                String check = Json.text(item, "check");
                String detail = Json.text(item, "detail");
                switch (Json.text(item, "outcome")) {
                    case "ok" -> diagnosis.ok(check, detail);
                    case "warn" -> diagnosis.warn(check, detail, Json.text(item, "remedy"));
                    default -> diagnosis.fail(check, detail, Json.text(item, "remedy"));
                }
            }
        } catch (IOException | ExecutionException | JacksonException e) {
            diagnosis.warn(
                    "home",
                    "the host's program cannot examine it: " + e.getMessage(),
                    "Run ./plugbay up, which says more.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
