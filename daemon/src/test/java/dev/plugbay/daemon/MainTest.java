package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The daemon as a process of its own. */
class MainTest {
    @org.junit.jupiter.api.BeforeAll
    static void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(java.time.Duration.ofSeconds(60));
    }

    @TempDir
    Path work;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void it_announces_itself_when_ready_and_a_second_one_is_refused_with_its_pid() throws Exception {
        Process first = start("--port", "0");
        JsonNode announced = announced(first);
        assertThat(announced.get("pid").asLong()).isEqualTo(first.pid());
        assertThat(out(first))
                .contains("serves at " + announced.get("url").asString())
                .contains("Ctrl-C");

        Process second = start("--port", "0");
        assertThat(second.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(5);
        assertThat(err(second))
                .contains("process " + first.pid())
                .contains("(Busy)")
                .doesNotContain("\tat ");

        first.destroy();
        assertThat(first.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(work.resolve("home/run/daemon.json")).doesNotExist();
        assertThat(err(first)).isEmpty();
    }

    @Test
    void what_was_kept_survives_a_kill() throws Exception {
        Path drop = work.resolve("home/plugins/echo.jar");
        PluginJar.write(work, drop, "1.0.0");
        Process first = start("--port", "0");
        try (Rest rest = rest(announced(first))) {
            String config = "{\"name\": \"kept\"}";
            assertThat(rest.send("PUT", "/api/v1/plugins/echo/config", config).statusCode())
                    .isEqualTo(200);
        }
        first.destroyForcibly().waitFor();
        Process second = start("--port", "0");
        try (Rest rest = rest(announced(second))) {
            assertThat(rest.get("/api/v1/plugins/echo/config").get("name").asString())
                    .isEqualTo("kept");
            assertThat(rest.get("/api/v1/plugins/echo").get("state").asString()).isEqualTo("RUNNING");
        }
    }

    @Test
    void what_keeps_it_from_starting_is_one_sentence_with_a_remedy() throws Exception {
        Path home = Files.createDirectories(work.resolve("home"));
        Files.writeString(home.resolve("plugbay.yaml"), "listen: 0.0.0.0:7420\n");
        Process open = start();
        assertThat(open.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(open.exitValue()).isEqualTo(5);
        assertThat(err(open)).contains("loopback").contains("(Unsupported)").doesNotContain("\tat ");

        Files.writeString(home.resolve("plugbay.yaml"), "listn: 127.0.0.1:7420\n");
        Process broken = start();
        assertThat(broken.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(err(broken)).contains("line 1").contains("\"listen\"").contains("(InvalidConfig)");

        Files.delete(home.resolve("plugbay.yaml"));
        try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            Process blocked = start("--port", Integer.toString(taken.getLocalPort()));
            assertThat(blocked.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(blocked.exitValue()).isEqualTo(5);
            assertThat(err(blocked))
                    .contains("taken")
                    .contains("--port 0")
                    .doesNotContain("\tat ")
                    .doesNotContain("Javalin");
        }
        Process unknown = start("--prot", "1");
        assertThat(unknown.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(unknown.exitValue()).isEqualTo(2);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=none",
                Main.class.getName()));
        command.addAll(List.of(arguments));
        int number = started.size();
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(work.resolve("out" + number).toFile())
                .redirectError(work.resolve("err" + number).toFile());
        builder.environment().put("PLUGBAY_HOME", work.resolve("home").toString());
        builder.environment()
                .put("PLUGBAY_PLUGINS_FOLDERS", work.resolve("home/plugins").toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private JsonNode announced(Process process) {
        Path file = work.resolve("home/run/daemon.json");
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            assertThat(process.isAlive()).as(err(process)).isTrue();
            assertThat(file).content().contains("\"pid\":" + process.pid());
        });
        return new JsonMapper().readTree(file.toFile());
    }

    private Rest rest(JsonNode announced) throws IOException {
        return new Rest(
                announced.get("url").asString(),
                Files.readString(work.resolve("home/token")).strip());
    }

    private String out(Process process) {
        await().untilAsserted(() -> assertThat(text("out", process)).contains("Ctrl-C"));
        return text("out", process);
    }

    private String err(Process process) {
        return text("err", process);
    }

    private String text(String kind, Process process) {
        try {
            return Files.readString(work.resolve(kind + started.indexOf(Objects.requireNonNull(process))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
