package dev.plugbay.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Has the host's own program examine the home folder: this command knows no database and no artifacts. The launcher says where that program is. */
final class HomeExamination {
    private static final long SECONDS = 120;

    private final Path home;
    private final String libraries;

    HomeExamination(HomeFolder home, String libraries) {
        this.home = home.folder();
        this.libraries = libraries;
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
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
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
        } catch (IOException | JacksonException e) {
            diagnosis.warn(
                    "home",
                    "the host's program cannot examine it: " + e.getMessage(),
                    "Run ./plugbay up, which says more.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
