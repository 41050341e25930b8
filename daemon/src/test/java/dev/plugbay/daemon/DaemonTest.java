package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@org.junit.jupiter.api.Timeout(180)
class DaemonTest {
    @org.junit.jupiter.api.BeforeAll
    static void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(java.time.Duration.ofSeconds(60));
    }

    @TempDir
    Path work;

    private Path home;
    private Daemon daemon;
    private Rest rest;

    @BeforeEach
    void start() throws Exception {
        home = work.resolve("home");
        PluginJar.write(work, home.resolve("plugins/echo.jar"), "1.0.0");
        restart();
    }

    @AfterEach
    void stop() {
        rest.close();
        daemon.close();
    }

    @Test
    void a_plugin_in_the_drop_folder_lives_through_its_life_cycle_over_rest() throws Exception {
        assertThat(state()).isEqualTo("RUNNING");
        assertThat(post("stop").get("state").asString()).isEqualTo("STOPPED");
        assertThat(post("start").get("state").asString()).isEqualTo("RUNNING");
        assertThat(post("unload").get("state").asString()).isNotEqualTo("RUNNING");
        assertThat(post("load").get("state").asString()).isEqualTo("RUNNING");
        int generation = rest.get("/api/v1/plugins/echo").get("generation").asInt();
        assertThat(post("reload").get("generation").asInt()).isEqualTo(generation + 1);
        JsonNode all = rest.json(rest.send("POST", "/api/v1/plugins/reload", ""));
        assertThat(all.at("/items/0/plugin/generation").asInt()).isEqualTo(generation + 2);
        assertThat(rest.get("/api/v1/plugins/echo/health").toString())
                .isEqualTo("{\"level\":\"DEGRADED\",\"reasons\":[\"only a test\"]}");
        assertThat(post("disable").get("state").asString()).isEqualTo("DISABLED");
        restart();
        assertThat(state()).isEqualTo("DISABLED");
        assertThat(post("enable").get("state").asString()).isEqualTo("RUNNING");
        assertThat(rest.send("DELETE", "/api/v1/plugins/echo", "").statusCode()).isEqualTo(204);
        assertThat(home.resolve("plugins/echo.jar")).doesNotExist();
        // A scan that saw the file before it was deleted may still know the plugin for the settle time.
        await().untilAsserted(() -> assertThat(
                        rest.send("GET", "/api/v1/plugins/echo", "").statusCode())
                .isEqualTo(404));
    }

    @Test
    void an_upload_is_checked_by_a_dry_run_and_installed_without() throws Exception {
        Path newer = PluginJar.write(work, work.resolve("newer.jar"), "1.1.0");
        assertThat(upload(newer, "?dryRun").statusCode()).isEqualTo(200);
        assertThat(version()).isEqualTo("1.0.0");
        HttpResponse<String> installed = upload(newer, "");
        assertThat(installed.statusCode()).as(installed.body()).isEqualTo(201);
        assertThat(version()).isEqualTo("1.1.0");
        restart();
        assertThat(version()).isEqualTo("1.1.0");
        HttpResponse<String> refused = upload(Files.writeString(work.resolve("no plugin.jar"), "text"), "");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("ArtifactCorrupt");
        assertThat(rest.send("POST", "/api/v1/plugins/install", "{}").statusCode())
                .isEqualTo(415);
        try (var left = Files.list(home.resolve("run/uploads"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_configuration_is_checked_kept_and_masked() throws Exception {
        String path = "/api/v1/plugins/echo/config";
        HttpResponse<String> wrong = rest.send("PUT", path, "{\"name\": \"WRONG\", \"password\": \"hunter2\"}");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body())
                .contains("\"pointer\":\"/name\"")
                .doesNotContain("WRONG")
                .doesNotContain("hunter2");
        assertThat(rest.get(path).toString()).isEqualTo("{}");
        HttpResponse<String> right = rest.send("PUT", path, "{\"name\": \"ann\", \"password\": \"hunter2\"}");
        assertThat(right.statusCode()).isEqualTo(200);
        assertThat(right.body()).isEqualTo("{\"name\":\"ann\",\"password\":\"********\"}");
        restart();
        HttpResponse<String> kept = rest.send("GET", path, "");
        assertThat(kept.body()).isEqualTo(right.body());
        assertThat(kept.headers().firstValue("ETag")).isEqualTo(right.headers().firstValue("ETag"));
        assertThat(log()).contains("1.0.0 greets ann with ********");

        HttpResponse<String> outdated = rest.send("PATCH", path, "{\"name\": \"bob\"}", "If-Match", "\"other\"");
        assertThat(outdated.statusCode()).isEqualTo(409);
        String tag = kept.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> patched =
                rest.send("PATCH", path, "{\"name\": \"bob\", \"password\": \"********\"}", "If-Match", tag);
        assertThat(patched.statusCode()).isEqualTo(200);
        await().untilAsserted(() ->
                assertThat(log()).contains("1.0.0 greets bob with ********").contains("Reloaded echo 1.0.0"));

        HttpResponse<String> failing = rest.send("PATCH", path, "{\"name\": \"fail\"}");
        assertThat(failing.statusCode()).isEqualTo(409);
        assertThat(failing.body()).contains("cannot log in with ********");
        assertThat(rest.get(path).get("name").asString()).isEqualTo("bob");
        assertThat(Files.readString(home.resolve("log/plugbay.log")))
                .contains("********")
                .doesNotContain("hunter2");
    }

    @Test
    void the_file_is_read_again_on_change_and_a_broken_edit_changes_nothing_and_is_shown() throws Exception {
        Path file = home.resolve("plugbay.yaml");
        edit(file, "plugins:\n  drain: 3s\n  settings:\n    echo:\n      config: {name: file}\n");
        await().untilAsserted(() -> assertThat(daemon.host().settings().drain()).isEqualTo(Duration.ofSeconds(3)));
        await().untilAsserted(() -> assertThat(log()).contains("greets file"));
        HttpResponse<String> readOnly = rest.send("PUT", "/api/v1/plugins/echo/config", "{\"name\": \"rest\"}");
        assertThat(readOnly.statusCode()).isEqualTo(409);
        assertThat(readOnly.body()).contains("plugbay.yaml line 5");
        edit(file, "plugins:\n  drian: 4s\n");
        await().untilAsserted(() -> assertThat(
                        rest.get("/api/v1/version").at("/configProblem/detail").asString(""))
                .contains("line 2")
                .contains("plugins.drain"));
        assertThat(daemon.host().settings().drain()).isEqualTo(Duration.ofSeconds(3));
        Files.delete(file);
        await().untilAsserted(() ->
                assertThat(rest.get("/api/v1/version").has("configProblem")).isFalse());
        assertThat(daemon.host().settings().drain()).isEqualTo(Duration.ofSeconds(30));
    }

    /** As editors do it: nobody reads half of it. */
    private static void edit(Path file, String text) throws java.io.IOException {
        Path beside = Files.writeString(file.resolveSibling("plugbay.yaml.new"), text);
        Files.move(beside, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void events_are_streamed_and_filtered_and_the_log_can_be_followed() throws Exception {
        try (BufferedReader events = stream("/api/v1/events?types=plugin.reloaded,config.*");
                BufferedReader lines = stream("/api/v1/plugins/echo/log?follow&lines=0")) {
            post("reload");
            rest.send("PUT", "/api/v1/plugins/echo/config", "{\"name\": \"ann\"}");
            assertThat(next(events, "event: ")).isEqualTo("plugin.reloaded");
            assertThat(next(events, "data: ")).contains("\"plugin\":\"echo\"").contains("\"generation\":2");
            assertThat(next(events, "event: ")).isIn("config.changed", "plugin.reloaded");
            assertThat(next(lines, "data: ")).contains("greets world");
            assertThat(next(lines, "data: ")).contains("Reloaded echo");
            assertThat(next(lines, "data: ")).contains("greets ann");
        }
    }

    @Test
    void a_client_that_does_not_keep_up_is_dropped_and_holds_up_nobody() throws Exception {
        EventHub hub = new EventHub();
        Json json = new Json(new Redactor());
        Streams streams = new Streams();
        try (HttpServer server = HttpServer.start(
                        "127.0.0.1",
                        0,
                        new Gate("t"),
                        HttpServer.table(List.of(new EventRoutes(hub, json, streams, 50))),
                        json);
                Rest client = new Rest(server.url(), "t");
                BufferedReader events = client.stream("/api/v1/events")) {
            Map<String, Object> large = Map.of("filler", "x".repeat(10_000));
            long before = System.nanoTime();
            for (int i = 0; i < 20_000; i++) {
                hub.publish(new dev.plugbay.runtime.HostEvent(
                        "test",
                        java.time.Instant.EPOCH,
                        java.util.Optional.empty(),
                        java.util.Optional.empty(),
                        java.util.OptionalInt.empty(),
                        large));
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
            assertThat(events.lines().anyMatch(line -> line.startsWith(": dropped")))
                    .isTrue();
            streams.close();
        }
    }

    @Test
    void a_host_that_still_starts_says_so() throws Exception {
        StartingHost starting = new StartingHost();
        Json json = new Json(new Redactor());
        Requests requests = new Requests(json);
        try (HttpServer server = HttpServer.start(
                        "127.0.0.1",
                        0,
                        new Gate("t"),
                        HttpServer.table(
                                List.of(new PluginRoutes(starting.face(), requests, new LogTail(new Redactor())))),
                        json);
                Rest client = new Rest(server.url(), "t")) {
            HttpResponse<String> answer = client.send("GET", "/api/v1/plugins", "");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("\"retryable\":true");
        }
    }

    private void restart() throws Exception {
        if (daemon != null) {
            stop();
        }
        daemon = Rest.daemon(home, Map.of("PLUGBAY_PLUGINS_SETTLE", "50ms"));
        rest = new Rest(daemon.url(), daemon.token());
    }

    private JsonNode post(String action) throws Exception {
        HttpResponse<String> answer = rest.send("POST", "/api/v1/plugins/echo/" + action, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return rest.json(answer);
    }

    private HttpResponse<String> upload(Path file, String query) throws Exception {
        String boundary = "plugbay-test";
        byte[] head = ("--" + boundary + "\r\nContent-Disposition: form-data; name=\"any\"; filename=\""
                        + file.getFileName() + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
        return rest.client()
                .send(
                        rest.request("/api/v1/plugins/install" + query)
                                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                                .POST(HttpRequest.BodyPublishers.ofByteArrays(
                                        List.of(head, Files.readAllBytes(file), tail)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private BufferedReader stream(String path) throws Exception {
        return rest.stream(path);
    }

    private static String next(BufferedReader stream, String prefix) throws Exception {
        String line = stream.readLine();
        while (line != null && !line.startsWith(prefix)) {
            line = stream.readLine();
        }
        return line == null ? "" : line.substring(prefix.length());
    }

    private String state() throws Exception {
        return rest.get("/api/v1/plugins/echo").get("state").asString();
    }

    private String version() throws Exception {
        return rest.get("/api/v1/plugins/echo").get("version").asString();
    }

    private String log() throws Exception {
        return rest.get("/api/v1/plugins/echo/log").toString();
    }
}
