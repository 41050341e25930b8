package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class FailuresTest {
    private FakeHost host;

    @BeforeEach
    void start() throws IOException {
        host = new FakeHost();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @ParameterizedTest
    @CsvSource({
        "500, StartFailed, 1", "503, Unavailable, 1", "400, InvalidRequest, 2", "404, NotFound, 4", "409, Conflict, 5",
        "422, InvalidConfig, 5", "401, Unauthenticated, 5", "409, CallCancelled, 130", "418, SomethingNew, 5",
                "599, SomethingNew, 1"
    })
    void the_code_decides_the_exit(int status, String code, int exit) {
        host.refuse("POST /api/v1/plugins/x/load", status, code, "why", "do this");

        assertThat(Run.of(host, "plugins", "load", "x").exit()).isEqualTo(exit);
        assertThat(Run.of(host, "plugins", "load", "x", "--json").exit()).isEqualTo(exit);
    }

    @Test
    void people_read_what_why_code_and_remedy_on_stderr_in_two_lines() {
        host.answer("PATCH /api/v1/plugins/x/config", 422, """
                {"title":"Configuration is invalid","status":422,"detail":"port is not a number","code":"InvalidConfig",
                 "pointer":"/port","remedy":"Give a number."}
                """);

        Run run = Run.of(host, "config", "set", "x", "port=abc");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("plugbay: port is not a number [InvalidConfig at /port]\n  Give a number.\n");
    }

    @Test
    void json_prints_the_problem_document_as_it_came_wherever_the_option_stands() {
        host.refuse("GET /api/v1/plugins/x", 404, "NotFound", "There is no plugin.", "List them.");

        Run behind = Run.of(host, "plugins", "show", "x", "--json");
        JsonNode problem = Json.read(behind.out());
        assertThat(behind.err()).isEmpty();
        assertThat(Json.text(problem, "type")).isEqualTo("urn:plugbay:problem:NotFound");
        assertThat(Json.text(problem, "remedy")).isEqualTo("List them.");
        assertThat(Run.of(host, "--json", "plugins", "show", "x")).isEqualTo(behind);
        assertThat(Run.of(host, "plugins", "--json", "show", "x")).isEqualTo(behind);
    }

    @Test
    void a_wrong_command_line_is_2_in_words_and_in_json() {
        Run words = Run.of(host, "vms", "--nope");
        assertThat(words.exit()).isEqualTo(ExitCodes.USAGE);
        assertThat(words.err()).contains("--nope").contains("plugbay vms --help");
        Run json = Run.of(host, "nonsense", "--json");
        assertThat(json.exit()).isEqualTo(ExitCodes.USAGE);
        assertThat(Json.text(Json.read(json.out()), "code")).isEqualTo("InvalidRequest");
        assertThat(host.requests()).isEmpty();
    }

    @Test
    void without_a_host_it_is_3_and_says_how_to_start_one(@TempDir Path home) {
        Run run = Run.with(Map.of("PLUGBAY_HOME", home.toString()), "", "vms");

        assertThat(run.exit()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(run.err()).contains("No host runs for " + home).contains("./plugbay up");
    }

    @Test
    void a_file_left_by_a_host_that_died_is_recognised(@TempDir Path home) throws IOException, InterruptedException {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(home.resolve("run"));
        Files.writeString(
                home.resolve("run/daemon.json"),
                "{\"pid\":" + gone.pid() + ",\"url\":\"http://127.0.0.1:1\",\"startedAt\":\"2026-01-01T00:00:00Z\"}");

        Run run = Run.with(Map.of("PLUGBAY_HOME", home.toString()), "", "vms");
        assertThat(run.exit()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(run.err()).contains("has gone without taking leave").contains("./plugbay up");
        assertThat(Run.with(Map.of("PLUGBAY_HOME", home.toString()), "", "down").exit())
                .isEqualTo(ExitCodes.UNREACHABLE);
    }

    @Test
    void address_and_token_come_from_the_home_folder(@TempDir Path home) throws IOException {
        Files.createDirectories(home.resolve("run"));
        Files.writeString(
                home.resolve("run/daemon.json"),
                "{\"pid\":" + ProcessHandle.current().pid() + ",\"url\":\"" + host.url()
                        + "/\",\"startedAt\":\"2026-01-01T00:00:00Z\"}");
        Files.writeString(home.resolve("token"), "from-home\n");
        host.answer("GET /api/v1/plugins", 200, "{\"items\":[]}");

        Run run = Run.with(Map.of("PLUGBAY_HOME", home.toString()), "", "plugins");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEqualTo("No plugins. See: plugins discover\n");
        assertThat(host.last().token()).isEqualTo("Bearer from-home");
    }

    @Test
    void the_home_folders_token_is_not_shown_to_another_machine(@TempDir Path home) throws IOException {
        Files.writeString(home.resolve("token"), "from-home\n");
        Console console =
                new Console(System.in, System.out, System.err, false, false, Map.of("PLUGBAY_HOME", home.toString()));

        assertThat(Address.find(console, java.util.Optional.of("http://192.0.2.1:7420"))
                        .token())
                .isEmpty();
        assertThat(Address.find(console, java.util.Optional.of("http://127.0.0.1.example:7420"))
                        .token())
                .isEmpty();
        assertThat(Address.find(console, java.util.Optional.of("http://127.0.0.1:7420"))
                        .token())
                .contains("from-home");
    }

    @Test
    void down_does_not_touch_a_process_that_is_not_the_host(@TempDir Path home) throws IOException {
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Files.createDirectories(home.resolve("run"));
            Files.writeString(
                    home.resolve("run/daemon.json"),
                    "{\"pid\":" + other.pid()
                            + ",\"url\":\"http://127.0.0.1:1\",\"startedAt\":\"2099-01-01T00:00:00Z\"}");

            Run run = Run.with(Map.of("PLUGBAY_HOME", home.toString()), "", "down");

            assertThat(run.exit()).isEqualTo(ExitCodes.UNREACHABLE);
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void something_that_is_no_host_is_told_apart() {
        host.answer("GET /api/v1/plugins", 200, "<html>");
        assertThat(Run.of(host, "plugins").err()).contains("does not speak as a Plugbay host does");
        host.answer("GET /api/v1/plugins", 502, "<html>");
        assertThat(Run.of(host, "plugins").err()).contains("HTTP status 502");
        assertThat(Run.with(Map.of(), "", "vms", "--url", "ftp://x").exit()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void what_the_host_says_cannot_steer_the_terminal() {
        host.answer(
                "GET /api/v1/plugins/x",
                404,
                "{\"code\":\"NotFound\",\"status\":404,\"detail\":\"\\u001b]0;owned\\u0007\\u202e\"}");

        assertThat(Run.of(host, "plugins", "show", "x").err())
                .isEqualTo("plugbay: \\u001b]0;owned\\u0007\\u202e [NotFound]\n");
    }

    @Test
    void version_needs_no_host() {
        Run run = Run.with(Map.of(), "", "version");
        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("plugbay 1.").contains("Java 2").doesNotContain("${");
    }

    @Test
    void a_remedy_in_the_terms_of_rest_is_said_as_a_command() {
        host.refuse("GET /api/v1/plugins/x", 404, "NotFound", "No.", "GET /api/v1/plugins lists them.");

        assertThat(Run.of(host, "plugins", "show", "x").err()).contains("\"plugbay plugins\" lists them.");
    }

    @Test
    void a_home_folder_may_begin_with_the_users_own() {
        Map<String, String> environment = Map.of("PLUGBAY_HOME", "~/there", "HOME", "/nonexistent/me");

        assertThat(Run.with(environment, "", "status").err()).contains("/nonexistent/me/there");
    }
}
