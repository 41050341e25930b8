package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DoctorAndCompletionTest {
    @Test
    void help_is_a_word_too() {
        Run all = Run.with(Map.of(), "", "help");
        assertThat(all.exit()).isZero();
        assertThat(all.out()).contains("vms", "export", "doctor");
        assertThat(Run.with(Map.of(), "", "help", "vms", "list"))
                .isEqualTo(Run.with(Map.of(), "", "vms", "list", "--help"));
    }

    @Test
    void doctor_passes_on_a_fresh_machine_and_says_what_will_come(@TempDir Path folder) {
        Run run = Run.with(Map.of("PLUGBAY_HOME", folder.resolve("none").toString()), "", "doctor");

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("does not exist yet")
                .contains("-> ./plugbay up makes it.")
                .contains("ok    java");
    }

    @Test
    void doctor_fails_on_an_open_token_a_broken_config_and_a_failed_plugin(@TempDir Path home) throws IOException {
        Files.writeString(home.resolve("token"), "secret");
        Files.setPosixFilePermissions(home.resolve("token"), PosixFilePermissions.fromString("rw-r--r--"));
        try (FakeHost host = new FakeHost()) {
            host.answer(
                    "GET /api/v1/version",
                    200,
                    "{\"version\":\"1.0.0\",\"configProblem\":{\"code\":\"InvalidConfig\",\"detail\":\"bad key\"}}");
            host.answer("GET /readyz", 503, "{}");
            host.answer("GET /api/v1/plugins", 200, """
                    {"items":[{"id":"a","state":"FAILED","problem":{"code":"StartFailed","detail":"threw","remedy":"Mend it."}},
                              {"id":"b","state":"RUNNING","health":{"level":"UNHEALTHY","reasons":["no disk"]}},
                              {"id":"c","state":"RUNNING","health":{"level":"HEALTHY"},"instances":[
                                {"name":"c","state":"RUNNING","health":{"level":"HEALTHY"}},
                                {"name":"c2","state":"FAILED","problem":{"code":"StartFailed","detail":"threw","remedy":"Mend it."}},
                                {"name":"c3","state":"RUNNING","health":{"level":"CRITICAL","reasons":["no disk"]}}]}]}
                    """);

            Run run = Run.with(
                    Map.of("PLUGBAY_HOME", home.toString(), "PLUGBAY_URL", host.url()), "", "doctor", "--json");

            assertThat(run.exit()).isEqualTo(ExitCodes.FAILED);
            JsonNode result = Json.read(run.out());
            assertThat(result.path("ok").asBoolean()).isFalse();
            assertThat(outcome(result, "token")).isEqualTo("fail");
            assertThat(outcome(result, "config")).isEqualTo("fail");
            assertThat(outcome(result, "ready")).isEqualTo("warn");
            assertThat(outcome(result, "plugin a")).isEqualTo("fail");
            assertThat(outcome(result, "plugin b")).isEqualTo("warn");
            assertThat(outcome(result, "plugin c")).isEqualTo("ok");
            assertThat(outcome(result, "instance c2")).isEqualTo("fail");
            assertThat(outcome(result, "instance c3")).isEqualTo("warn");
        }
    }

    @Test
    void doctor_does_not_wait_for_ever_for_a_disk_that_hangs(@TempDir Path folder) throws Exception {
        Path source = Files.writeString(
                Files.createDirectories(folder.resolve("src/dev/plugbay/daemon"))
                        .resolve("Main.java"),
                "package dev.plugbay.daemon; class Main { public static void main(String[] a) throws Exception { Thread.sleep(Long.MAX_VALUE); } }");
        Path classes = folder.resolve("classes");
        assertThat(ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(System.out, System.err, "-d", classes.toString(), source.toString()))
                .isZero();
        Path libraries = Files.createDirectory(folder.resolve("lib"));
        Path jar = libraries.resolve("hangs.jar");
        assertThat(ToolProvider.findFirst("jar")
                        .orElseThrow()
                        .run(System.out, System.err, "-cf", jar.toString(), "-C", classes.toString(), "."))
                .isZero();
        Console console = new Console(
                InputStream.nullInputStream(),
                System.out,
                System.err,
                false,
                false,
                Map.of("PLUGBAY_HOME", folder.toString()));
        Diagnosis diagnosis = new Diagnosis();

        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> new HomeExamination(HomeFolder.of(console), libraries.toString(), Duration.ofSeconds(2))
                        .run(diagnosis));

        assertThat(diagnosis.findings()).hasSize(1);
        assertThat(diagnosis.lines().getFirst()).contains("fail", "does not answer");
    }

    private static String outcome(JsonNode result, String check) {
        for (JsonNode item : result.path("items")) {
            if (Json.text(item, "check").equals(check)) {
                return Json.text(item, "outcome");
            }
        }
        return "absent";
    }

    @Test
    void the_completion_script_is_one_that_bash_reads(@TempDir Path folder) throws Exception {
        Run run = Run.with(Map.of(), "", "completion");
        Path script = Files.writeString(folder.resolve("completion"), run.out());

        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source '" + script + "' && complete -p plugbay && COMP_WORDS=(plugbay plugins re)"
                                + " COMP_CWORD=2 && _complete_plugbay && echo ${COMPREPLY[@]}")
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor()).as(said).isZero();
        assertThat(said).contains("reload").contains("remove");
    }
}
