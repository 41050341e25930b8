package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsCommandTest {
    private FakeHost host;

    @BeforeEach
    void start() throws IOException {
        host = new FakeHost();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void the_word_alone_lists_and_off_a_terminal_the_table_is_exactly_this() {
        host.answer("GET /api/v1/plugins", 200, """
                {"items":[{"id":"images","version":"1.0.0","state":"RUNNING","generation":12,"health":{"level":"HEALTHY"}},
                 {"id":"x","version":"2.0.0","state":"LOADED","health":{"level":"UNKNOWN"},
                  "problem":{"code":"InvalidConfig","detail":"d"}}]}
                """);

        Run run = Run.of(host, "plugins");

        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEqualTo("""
                        ID      VERSION  STATE    HEALTH   GENERATION  PROBLEM
                        images  1.0.0    RUNNING  HEALTHY          12
                        x       2.0.0    LOADED   UNKNOWN              InvalidConfig
                        """);
        assertThat(Run.of(host, "plugins", "list")).isEqualTo(run);
        assertThat(host.last().token()).isEqualTo("Bearer secret");
    }

    @Test
    void all_pages_are_followed_and_come_as_one_list() {
        host.answer("GET /api/v1/plugins?limit=1000", 200, "{\"items\":[{\"id\":\"a\"}],\"next\":\"c/1\"}");
        host.answer("GET /api/v1/plugins?limit=1000&cursor=c%2F1", 200, "{\"items\":[{\"id\":\"b\"}]}");

        Run run = Run.of(host, "plugins", "--json");

        assertThat(Json.read(run.out())).isEqualTo(Json.read("{\"items\":[{\"id\":\"a\"},{\"id\":\"b\"}]}"));
    }

    @Test
    void ids_are_encoded_whatever_they_hold() {
        host.answer("GET /api/v1/plugins/a%2Fb%20c%25%2A%C3%A9", 200, "{\"id\":\"a/b c%*é\",\"state\":\"RUNNING\"}");

        assertThat(Run.of(host, "plugins", "show", "a/b c%*é").out()).contains("a/b c%*é");
    }

    @Test
    void show_tells_of_problem_candidates_and_verdicts() {
        host.answer("GET /api/v1/plugins/images", 200, """
                {"id":"images","name":"Disk images","version":"1.1.0","state":"RUNNING","enabled":true,"generation":3,
                 "health":{"level":"DEGRADED","reasons":["slow disk"]},
                 "problem":{"code":"ReloadRolledBack","detail":"start threw","remedy":"Mend it."},
                 "candidates":[{"path":"/p/images-1.1.jar","id":"images","version":"1.1.0","outcome":"CHOSEN","reason":"highest version"}],
                 "verdicts":[{"generation":2,"version":"1.0.0","outcome":"LEAKED","millis":1200,
                              "holders":[{"kind":"thread","name":"poller","where":"acme.Poller:42"}]},
                             {"generation":3,"version":"1.0.0","outcome":"PENDING","millis":5,"waitsFor":["VmProvider.export on thread x"]}]}
                """);

        assertThat(Run.of(host, "plugins", "show", "images").out())
                .contains("health      DEGRADED: slow disk")
                .contains("problem     ReloadRolledBack: start threw")
                .contains("remedy      Mend it.")
                .contains("/p/images-1.1.jar  images  1.1.0    CHOSEN   highest version")
                .contains("HELD BY / WAITS FOR")
                .contains("thread poller at acme.Poller:42")
                .contains("VmProvider.export on thread x");
    }

    @Test
    void what_holds_only_until_the_next_restart_is_said_to() {
        host.answer(
                "POST /api/v1/plugins/images/stop",
                200,
                "{\"id\":\"images\",\"version\":\"1.0.0\",\"state\":\"STOPPED\"}");

        Run run = Run.of(host, "plugins", "stop", "images");

        assertThat(run.out()).isEqualTo("images 1.0.0 stopped: STOPPED\n");
        assertThat(run.err()).isEqualTo("This holds until the host restarts.\n");
    }

    @Test
    void reload_takes_one_plugin_or_all_and_can_cancel_what_runs() {
        host.answer(
                "POST /api/v1/plugins/images/reload?cancelRunning=true",
                200,
                "{\"id\":\"images\",\"version\":\"1.0.0\",\"state\":\"RUNNING\",\"generation\":4}");
        host.answer("POST /api/v1/plugins/reload", 200, """
                {"items":[{"id":"a","plugin":{"id":"a","version":"1.0.0","generation":2}},
                          {"id":"b","problem":{"code":"Busy","detail":"drains"}}]}
                """);

        assertThat(Run.of(host, "plugins", "reload", "images", "--cancel-running")
                        .out())
                .isEqualTo("images 1.0.0 reloaded: RUNNING, generation 4\n");
        Run all = Run.of(host, "plugins", "reload", "--all");
        assertThat(all.exit()).isEqualTo(ExitCodes.FAILED);
        assertThat(all.out()).contains("reloaded").contains("Busy: drains");
        assertThat(Run.of(host, "plugins", "reload").exit()).isEqualTo(ExitCodes.USAGE);
        assertThat(Run.of(host, "plugins", "reload", "images", "--all").exit()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void install_uploads_the_file_as_one_part_and_validate_is_its_dry_run(@TempDir Path folder) throws IOException {
        Path jar = Files.writeString(folder.resolve("my plugin.jar"), "the bytes");
        host.answer("POST /api/v1/plugins/install", 201, "{\"id\":\"x\",\"version\":\"1.0.0\",\"state\":\"RUNNING\"}");
        host.answer("POST /api/v1/plugins/install?dryRun=true", 200, "{\"id\":\"x\",\"version\":\"1.0.0\"}");

        assertThat(Run.of(host, "plugins", "install", jar.toString()).out()).isEqualTo("x 1.0.0 installed: RUNNING\n");
        FakeHost.Request sent = host.last();
        assertThat(sent.contentType()).startsWith("multipart/form-data; boundary=");
        assertThat(sent.body()).contains("filename=\"my plugin.jar\"\r\n").contains("\r\n\r\nthe bytes\r\n--");
        assertThat(Run.of(host, "plugins", "validate", jar.toString()).out()).isEqualTo("x 1.0.0 is valid\n");
        assertThat(Run.of(host, "plugins", "install", folder.toString()).exit()).isEqualTo(ExitCodes.USAGE);
        assertThat(Run.of(host, "plugins", "install", "/dev/zero").err()).contains("no regular file");
        assertThat(Run.of(host, "plugins", "install", "/nonexistent/x.jar").exit())
                .isEqualTo(ExitCodes.NOT_FOUND);
    }

    @Test
    void remove_and_purge() {
        host.answer("DELETE /api/v1/plugins/x", 204, "");
        host.answer("DELETE /api/v1/plugins/x?purge=true", 204, "");

        assertThat(Run.of(host, "plugins", "remove", "x").out()).isEqualTo("x removed\n");
        assertThat(Run.of(host, "plugins", "remove", "x", "--purge").exit()).isZero();
        assertThat(host.last().target()).isEqualTo("/api/v1/plugins/x?purge=true");
    }

    @Test
    void the_log_is_printed_and_followed_and_cannot_steer_the_terminal() {
        String line =
                "{\"at\":\"2026-01-01T10:00:00Z\",\"level\":\"INFO\",\"message\":\"a\\u001b[31mred\",\"data\":{\"k\":\"v\"}}";
        host.answer("GET /api/v1/plugins/x/log?lines=5", 200, "{\"items\":[" + line + "]}");
        host.stream("/api/v1/plugins/x/log?lines=5&follow=true", ": plugbay\n\nevent: line\ndata: " + line + "\n\n");

        Run last = Run.of(host, "plugins", "log", "x", "-n", "5");
        assertThat(last.out()).endsWith(" INFO a\\u001b[31mred k=v\n");
        Run followed = Run.of(host, "plugins", "log", "x", "-n", "5", "-f");
        assertThat(followed.out()).isEqualTo(last.out());
        assertThat(followed.exit()).isEqualTo(ExitCodes.UNREACHABLE);
    }
}
