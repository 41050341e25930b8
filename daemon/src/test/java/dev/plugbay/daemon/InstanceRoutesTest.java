package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Instances over REST, in the database and in plugbay.yaml. */
@Timeout(180)
class InstanceRoutesTest {
    @org.junit.jupiter.api.BeforeAll
    static void patience() {
        org.awaitility.Awaitility.setDefaultTimeout(java.time.Duration.ofSeconds(60));
    }

    private static final String ALL = "/api/v1/plugins/echo/instances";
    private static final String ONE = ALL + "/second";

    @TempDir
    Path work;

    private Path home;
    private Daemon daemon;
    private Rest rest;

    @BeforeEach
    void start() throws Exception {
        home = work.resolve("home");
        PluginJar.write(work, home.resolve("plugins/echo.jar"), "1.0.0");
        daemon = Rest.daemon(home, Map.of());
        rest = new Rest(daemon.url(), daemon.token());
    }

    @AfterEach
    void stop() {
        rest.close();
        daemon.close();
    }

    private void restart() {
        stop();
        daemon = Rest.daemon(home, Map.of());
        rest = new Rest(daemon.url(), daemon.token());
    }

    private JsonNode problem(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return rest.json(answer);
    }

    @Test
    void one_is_made_shown_replaced_and_removed() throws Exception {
        HttpResponse<String> made =
                rest.send("PUT", ONE, "{\"config\": {\"name\": \"ann\", \"password\": \"hunter2\"}}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(rest.json(made).get("state").asString()).isEqualTo("RUNNING");
        assertThat(rest.get(ALL).at("/items").size()).isEqualTo(2);
        assertThat(rest.get("/api/v1/plugins/echo").at("/instances/1/name").asString())
                .isEqualTo("second");
        assertThat(rest.get(ONE + "/config").toString()).isEqualTo("{\"name\":\"ann\",\"password\":\"********\"}");
        assertThat(rest.get("/api/v1/plugins/echo/config").toString()).isEqualTo("{}");
        assertThat(rest.get(ONE + "/health").get("level").asString()).isEqualTo("DEGRADED");

        assertThat(problem(409, rest.send("PUT", ONE, "{}", "If-None-Match", "*"))
                        .get("detail")
                        .asString())
                .contains("already");
        JsonNode invalid = problem(422, rest.send("PUT", ONE, "{\"config\": {\"name\": \"WRONG\"}}"));
        assertThat(invalid.get("pointer").asString()).isEqualTo("/name");
        assertThat(invalid.get("instance").asString()).isEqualTo("second");
        assertThat(problem(400, rest.send("PUT", ONE, "{\"confg\": {}}"))
                        .get("remedy")
                        .asString())
                .contains("config");
        assertThat(problem(400, rest.send("PUT", ALL + "/..%2Fsecond", "{}"))
                        .get("code")
                        .asString())
                .isEqualTo("InvalidRequest");
        assertThat(problem(409, rest.send("DELETE", ALL + "/echo", ""))
                        .get("remedy")
                        .asString())
                .contains("disable");
        assertThat(problem(404, rest.send("GET", ALL + "/secnd", ""))
                        .get("detail")
                        .asString())
                .contains("second");
        assertThat(problem(404, rest.send("GET", "/api/v1/plugins/second", ""))
                        .get("detail")
                        .asString())
                .contains("an instance of the plugin \"echo\"");

        assertThat(rest.send("PATCH", ONE + "/config", "{\"name\": \"bob\"}").statusCode())
                .isEqualTo(200);
        restart();
        assertThat(rest.get(ONE + "/config").toString()).isEqualTo("{\"name\":\"bob\",\"password\":\"********\"}");
        assertThat(rest.get(ONE).get("state").asString()).isEqualTo("RUNNING");
        assertThat(rest.send("PUT", ONE, "{\"enabled\": false}").statusCode()).isEqualTo(200);
        assertThat(rest.get(ONE).get("state").asString()).isEqualTo("DISABLED");
        assertThat(rest.get(ONE + "/config").toString()).isEqualTo("{}");
        assertThat(rest.send("DELETE", ONE + "?purge", "").statusCode()).isEqualTo(204);
        assertThat(rest.send("GET", ONE, "").statusCode()).isEqualTo(404);
        restart();
        assertThat(rest.get(ALL).at("/items").size()).isEqualTo(1);
    }

    @Test
    void one_lives_through_its_life_cycle_and_the_other_stays_as_it_was() throws Exception {
        rest.send("PUT", ONE, "{\"config\": {\"name\": \"ann\"}}");
        JsonNode before = rest.get(ALL + "/echo");
        for (String step : new String[] {
            "stop=STOPPED",
            "start=RUNNING",
            "unload=UNLOADED",
            "load=RUNNING",
            "reload=RUNNING",
            "disable=DISABLED",
            "enable=RUNNING"
        }) {
            HttpResponse<String> answer = rest.send("POST", ONE + "/" + step.split("=", 2)[0], "");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(rest.json(answer).get("state").asString()).as(step).isEqualTo(step.split("=", 2)[1]);
        }
        assertThat(rest.get(ALL + "/echo")).isEqualTo(before);
        assertThat(rest.get(ONE + "/log").toString()).contains("greets ann").doesNotContain("greets nobody");
        assertThat(rest.get(ALL + "/echo/log").toString()).doesNotContain("greets ann");
    }

    @Test
    void what_the_file_sets_is_there_and_names_its_line_when_it_is_to_be_changed() throws Exception {
        Files.writeString(home.resolve("plugbay.yaml"), """
                plugins:
                  settings:
                    echo:
                      instances:
                        second:
                          config: {name: carl}
                """);
        await().until(() -> rest.send("GET", ONE, "").statusCode() == 200);
        await().until(() -> rest.get(ONE).get("state").asString().equals("RUNNING"));
        assertThat(rest.get(ONE).get("origin").asString()).isEqualTo("plugbay.yaml line 5");
        assertThat(rest.get(ONE + "/config").toString()).isEqualTo("{\"name\":\"carl\"}");
        assertThat(problem(409, rest.send("DELETE", ONE, "")).get("detail").asString())
                .contains("plugbay.yaml line 5");
        assertThat(problem(409, rest.send("PUT", ONE, "{}")).get("detail").asString())
                .contains("plugbay.yaml line 5");
        assertThat(problem(409, rest.send("PATCH", ONE + "/config", "{}"))
                        .get("detail")
                        .asString())
                .contains("plugbay.yaml line 5");
        Files.writeString(home.resolve("plugbay.yaml"), "");
        await().until(() -> rest.send("GET", ONE, "").statusCode() == 404);
    }
}
