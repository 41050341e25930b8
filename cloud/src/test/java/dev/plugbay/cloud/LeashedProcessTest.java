package dev.plugbay.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeashedProcessTest {
    @TempDir
    Path work;

    @Test
    void it_gives_the_program_its_arguments_and_answers_with_its_output_and_exit_code() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "printf '%s|' \"$@\"; cat; pwd; echo $MOOD; echo oops >&2; exit 7",
                        "it",
                        "a b",
                        "$x '\"")
                .directory(work.toFile())
                .redirectErrorStream(true);
        builder.environment().put("MOOD", "calm");
        try (LeashedProcess process = LeashedProcess.start(builder)) {
            assertThat(new String(process.output().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("a b|$x '\"|" + work.toRealPath() + "\ncalm\noops\n");
            assertThat(process.waitFor()).isEqualTo(7);
        }
    }

    @Test
    void a_killed_one_is_gone_when_close_returns() throws Exception {
        Path pid = work.resolve("pid");
        LeashedProcess process = LeashedProcess.start(new ProcessBuilder(LeashMain.program(pid)));
        ProcessHandle program = program(pid);
        process.close();
        assertThat(program.isAlive()).isFalse();
        assertThat(process.waitFor()).isEqualTo(137);
    }

    @Test
    void the_processor_time_of_the_program_grows_while_it_works() throws Exception {
        try (LeashedProcess process =
                LeashedProcess.start(new ProcessBuilder("/bin/sh", "-c", "while :; do :; done"))) {
            await().atMost(Duration.ofSeconds(20)).until(() -> process.cpuTime().compareTo(Duration.ofMillis(50)) > 0);
        }
    }

    @Test
    void a_program_ends_when_the_process_that_started_it_is_killed() throws Exception {
        ProcessHandle leashed = ofKilledParent("leashed");
        await().atMost(Duration.ofSeconds(20)).until(() -> !leashed.isAlive());
    }

    @Test
    void a_program_without_a_leash_would_go_on() throws Exception {
        ProcessHandle plain = ofKilledParent("plain");
        try {
            await().during(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(20))
                    .until(plain::isAlive);
        } finally {
            plain.destroyForcibly();
        }
    }

    private ProcessHandle ofKilledParent(String how) throws IOException, InterruptedException {
        Path pid = work.resolve("pid");
        Process parent = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeashMain.class.getName(),
                        how,
                        pid.toString())
                .inheritIO()
                .start();
        ProcessHandle program = program(pid);
        assertThat(program.isAlive()).isTrue();
        parent.destroyForcibly().waitFor();
        return program;
    }

    private static ProcessHandle program(Path pid) throws IOException {
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(pid));
        Optional<ProcessHandle> found =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
        return found.orElseThrow();
    }
}
