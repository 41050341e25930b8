package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class VmsAndExportTest {
    private static final String SAMPLE = """
            {"provider":"images","id":"sample","name":"sample","powerState":"STOPPED","memoryMiB":2048,
             "disks":[{"id":"disk0","capacityBytes":67108864,"format":"raw"}]}
            """;
    private static final String DONE = """
            {"id":"j1","kind":"export","state":"SUCCEEDED","provider":"images","vm":"sample","target":"/out","progress":100,
             "bytes":1024,"bytesTotal":1024,
             "result":{"folder":"/my out/sample","files":[{"path":"/my out/sample/sample.raw","bytes":1024,"sha256":"abc"}],
                       "millis":1500,"consistency":"CRASH"}}
            """;

    private FakeHost host;

    @BeforeEach
    void start() throws IOException {
        host = new FakeHost();
        host.answer("GET /api/v1/vms?limit=1000&name=none", 200, "{\"items\":[]}");
        host.answer("GET /api/v1/providers", 200, "{\"items\":[{\"instance\":\"images\"},{\"instance\":\"dc1\"}]}");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void the_word_alone_lists_and_warnings_go_to_stderr() {
        host.answer(
                "GET /api/v1/vms",
                200,
                "{\"items\":[" + SAMPLE
                        + "],\"warnings\":[{\"instance\":\"dc1\",\"detail\":\"no route\",\"code\":\"CallFailed\"}]}");

        Run run = Run.of(host, "vms");

        assertThat(run.out()).isEqualTo("""
                        PROVIDER  ID      NAME    POWER    CPUS  MEMORY  DISKS    SIZE  ADDRESSES
                        images    sample  sample  STOPPED         2 GiB      1  64 MiB
                        """);
        assertThat(run.err()).isEqualTo("warning: dc1: no route\n");
        assertThat(Json.read(Run.of(host, "vms", "list", "--json").out()).path("warnings"))
                .hasSize(1);
    }

    @Test
    void every_filter_reaches_the_host() {
        host.answer("GET /api/v1/providers/dc1/vms", 200, "{\"items\":[]}");

        Run run = Run.of(
                host,
                "vms",
                "--provider",
                "dc1",
                "--name",
                "web*",
                "--power",
                "running,paused",
                "--location",
                "a b",
                "--type",
                "t",
                "--os",
                "linux",
                "--ip",
                "10.0.0.1",
                "--tag",
                "k=v,w",
                "--tag",
                "x",
                "--search",
                "q",
                "--limit",
                "5");

        assertThat(run.exit()).isZero();
        assertThat(host.last().target())
                .isEqualTo(
                        "/api/v1/providers/dc1/vms?limit=5&name=web%2A&powerState=running%2Cpaused&location=a%20b&type=t"
                                + "&guestOs=linux&ipAddress=10.0.0.1&tag=k%3Dv%2Cw&tag=x&q=q");
    }

    @Test
    void a_machine_is_found_by_id_by_name_and_with_its_provider_before_it() {
        host.answer("GET /api/v1/providers/images/vms/sample", 200, SAMPLE);
        host.answer("GET /api/v1/providers/images/vms/a%2Fb", 200, "{\"provider\":\"images\",\"id\":\"a/b\"}");
        host.answer(
                "GET /api/v1/vms?limit=1000&name=web",
                200,
                "{\"items\":[{\"provider\":\"dc1\",\"id\":\"7\",\"name\":\"web\"}]}");

        assertThat(Run.of(host, "vms", "show", "sample").out())
                .contains("memory       2 GiB")
                .contains("disk0");
        assertThat(Run.of(host, "vms", "show", "images/sample").exit()).isZero();
        assertThat(Run.of(host, "vms", "show", "a/b").out()).contains("a/b");
        assertThat(Run.of(host, "vms", "show", "web").out()).contains("dc1").contains("7");
        assertThat(Run.of(host, "vms", "show", "none").exit()).isEqualTo(ExitCodes.NOT_FOUND);
    }

    @Test
    void a_machine_is_started_and_stopped_by_its_id_and_only_hard_when_that_is_said() {
        host.answer("GET /api/v1/providers/images/vms/sample", 200, SAMPLE);
        host.answer("POST /api/v1/providers/images/vms/sample/start", 200, SAMPLE.replace("STOPPED", "RUNNING"));
        host.answer("POST /api/v1/providers/images/vms/sample/stop", 200, SAMPLE);

        assertThat(Run.of(host, "vms", "start", "sample").out()).isEqualTo("sample started: RUNNING\n");
        assertThat(Run.of(host, "vms", "stop", "sample").out()).isEqualTo("sample stopped: STOPPED\n");
        assertThat(Json.read(host.last().body())).isEqualTo(Json.read("{\"mode\":\"GRACEFUL\"}"));
        assertThat(Run.of(host, "vms", "stop", "images/sample", "--hard").exit())
                .isZero();
        assertThat(Json.read(host.last().body())).isEqualTo(Json.read("{\"mode\":\"HARD\"}"));
    }

    @Test
    void what_could_be_several_machines_is_refused_with_their_names() {
        host.answer("GET /api/v1/providers/images/vms/sample", 200, SAMPLE);
        host.answer("GET /api/v1/providers/dc1/vms/sample", 200, SAMPLE.replace("images", "dc1"));

        Run run = Run.of(host, "vms", "show", "sample");

        assertThat(run.exit()).isEqualTo(ExitCodes.REFUSED);
        assertThat(run.err()).contains("images/sample, dc1/sample");
    }

    @Test
    void export_makes_the_target_absolute_follows_the_job_and_says_how_to_verify() {
        host.answer("POST /api/v1/exports", 202, "{\"id\":\"j1\",\"state\":\"QUEUED\",\"progress\":0}");
        AtomicInteger asked = new AtomicInteger();
        host.answer(
                "GET /api/v1/jobs/j1",
                200,
                () -> asked.incrementAndGet() < 3
                        ? "{\"id\":\"j1\",\"state\":\"RUNNING\",\"phase\":\"copy\",\"progress\":50,\"bytes\":512,\"bytesTotal\":1024}"
                        : DONE);

        Run run = Run.of(
                host,
                "export",
                "images/sample",
                "--to",
                "out/../out",
                "--format",
                "qcow2",
                "--compression",
                "zstd",
                "--level",
                "3",
                "--disk",
                "disk0",
                "--consistency",
                "filesystem",
                "--replace",
                "--metadata",
                "why=test");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEqualTo("""
                        /my out/sample  in 1.5 s, consistency CRASH
                        FILE         SIZE  SHA256
                        sample.raw  1 KiB  abc
                        """);
        assertThat(run.err()).isEqualTo("""
                        job j1: QUEUED, 0 %
                        job j1: copy, 50 % (512 B of 1 KiB)
                        job j1: SUCCEEDED, 100 % (1 KiB of 1 KiB)
                        Verify with: (cd '/my out/sample' && sha256sum -c SHA256SUMS)
                        """);
        JsonNode sent = Json.read(host.requests().getFirst().body());
        assertThat(sent)
                .isEqualTo(Json.read("{\"vm\":\"images/sample\",\"target\":\""
                        + Path.of("out").toAbsolutePath()
                        + "\",\"format\":\"qcow2\",\"compression\":\"ZSTD\",\"compressionLevel\":3,\"disks\":[\"disk0\"],"
                        + "\"consistency\":\"FILESYSTEM\",\"metadata\":{\"why\":\"test\"},\"replace\":true}"));
    }

    @Test
    void export_in_json_prints_the_job_and_nothing_else() {
        host.answer("POST /api/v1/exports", 202, "{\"id\":\"j1\",\"state\":\"RUNNING\"}");
        host.answer("GET /api/v1/jobs/j1", 200, DONE);

        Run run = Run.of(host, "export", "sample", "--to", "/out", "--json");

        assertThat(run.err()).isEmpty();
        assertThat(Json.read(run.out())).isEqualTo(Json.read(DONE));
    }

    @Test
    void a_job_that_fails_ends_with_its_problem_and_a_cancelled_one_with_130() {
        host.answer("POST /api/v1/exports", 202, "{\"id\":\"j1\",\"state\":\"RUNNING\"}");
        host.answer(
                "GET /api/v1/jobs/j1",
                200,
                "{\"id\":\"j1\",\"state\":\"FAILED\",\"problem\":{\"code\":\"InsufficientStorage\",\"status\":507,\"detail\":\"no space\"}}");
        host.answer(
                "GET /api/v1/jobs/j2",
                200,
                "{\"id\":\"j2\",\"state\":\"CANCELLED\",\"problem\":{\"code\":\"CallCancelled\",\"status\":409}}");

        Run failed = Run.of(host, "export", "sample", "--to", "/out");
        assertThat(failed.exit()).isEqualTo(ExitCodes.FAILED);
        assertThat(failed.err()).contains("plugbay: no space [InsufficientStorage]");
        assertThat(Json.text(
                        Json.read(Run.of(host, "jobs", "wait", "j1", "--json").out()), "code"))
                .isEqualTo("InsufficientStorage");
        assertThat(Run.of(host, "jobs", "wait", "j2").exit()).isEqualTo(ExitCodes.CANCELLED);
    }

    @Test
    void detach_prints_the_job_and_does_not_wait() {
        host.answer("POST /api/v1/exports", 202, "{\"id\":\"j1\",\"state\":\"QUEUED\"}");

        Run run = Run.of(host, "export", "sample", "--to", "/out", "--detach");

        assertThat(run.out()).isEqualTo("j1\n");
        assertThat(host.requests()).hasSize(1);
        assertThat(Run.of(host, "export", "sample").exit()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void jobs_are_listed_shown_and_cancelled() {
        host.answer(
                "GET /api/v1/jobs?limit=1000&state=RUNNING",
                200,
                "{\"items\":[{\"id\":\"j1\",\"kind\":\"export\",\"state\":\"RUNNING\",\"progress\":7}]}");
        host.answer("GET /api/v1/jobs/j1", 200, DONE);
        host.answer("POST /api/v1/jobs/j1/cancel", 202, "{\"id\":\"j1\",\"state\":\"RUNNING\"}");

        assertThat(Run.of(host, "jobs", "list", "--state", "running").out())
                .contains("j1")
                .contains("7 %");
        assertThat(Run.of(host, "jobs", "show", "j1").out())
                .contains("SUCCEEDED")
                .contains("sample.raw");
        assertThat(Run.of(host, "jobs", "cancel", "j1").out()).isEqualTo("job j1 is being cancelled\n");
        assertThat(Run.of(host, "jobs").exit()).isEqualTo(ExitCodes.NOT_FOUND);
    }

    @Test
    void providers_are_listed_and_a_failed_check_is_1() {
        host.answer("POST /api/v1/providers/images/validate", 200, "{\"ok\":true,\"messages\":[]}");
        host.answer("POST /api/v1/providers/dc1/validate", 200, "{\"ok\":false,\"messages\":[\"no route\"]}");

        assertThat(Run.of(host, "providers").out()).contains("images").contains("dc1");
        assertThat(Run.of(host, "providers", "validate", "images").out()).isEqualTo("images can be used\n");
        Run failed = Run.of(host, "providers", "validate", "dc1");
        assertThat(failed.exit()).isEqualTo(ExitCodes.FAILED);
        assertThat(failed.out()).isEqualTo("dc1 cannot be used\n  no route\n");
    }

    @Test
    void events_are_lines_or_json_lines() {
        host.stream(
                "/api/v1/events?types=plugin.%2A%2Cjob.finished",
                ": hello\n\nid: 1\nevent: plugin.reloaded\ndata: {\"type\":\"plugin.reloaded\",\"plugin\":\"images\",\"generation\":2,\"data\":{\"from\":1}}\n\n"
                        + ": heartbeat\n\nevent: plugin.health\ndata: {\"plugin\":\"x\"}\n\nevent: cut.off\ndata: {");

        Run lines = Run.of(host, "events", "--type", "plugin.*", "--type", "job.finished");
        assertThat(lines.out())
                .isEqualTo("plugin.reloaded plugin=images generation=2 from=1\nplugin.health plugin=x\n");
        assertThat(lines.exit()).isEqualTo(ExitCodes.UNREACHABLE);
        assertThat(Run.of(host, "events", "--type", "plugin.*,job.finished", "--json")
                        .out())
                .contains("\"generation\":2,\"data\":{\"from\":1}}\n{\"plugin\":\"x\"}\n");
    }

    @Test
    void a_provider_that_fails_is_not_taken_for_one_without_the_machine() {
        host.refuse("GET /api/v1/providers/dc1/vms/x", 504, "CallTimeout", "It did not answer within 30 s.", "Look.");

        Run run = Run.of(host, "vms", "show", "dc1/x");

        assertThat(run.err()).contains("did not answer within 30 s").contains("CallTimeout");
        assertThat(run.exit()).isEqualTo(ExitCodes.FAILED);
    }
}
