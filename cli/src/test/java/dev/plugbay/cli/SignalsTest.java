package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes with real signals. */
class SignalsTest {
    private static final String RUNNING = "{\"id\":\"j1\",\"state\":\"RUNNING\",\"phase\":\"copy\",\"progress\":10}";

    private final AtomicReference<String> job = new AtomicReference<>(RUNNING);
    private FakeHost host;
    private Process process;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        host = new FakeHost();
        host.answer("POST /api/v1/exports", 202, RUNNING);
        host.answer("GET /api/v1/jobs/j1", 200, job::get);
        process = new ProcessBuilder(
                        "env", // what runs in the background may have been told to ignore them
                        "--default-signal=INT,QUIT,HUP",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.plugbay.cli.Main",
                        "export",
                        "sample",
                        "--to",
                        "/out",
                        "--url",
                        host.url())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> host.requests().stream()
                        .anyMatch(request -> request.target().equals("/api/v1/jobs/j1")));
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
        host.close();
    }

    @Test
    void the_first_interrupt_cancels_the_job_and_waits_for_its_end() throws Exception {
        host.answer("POST /api/v1/jobs/j1/cancel", 202, () -> {
            job.set("{\"id\":\"j1\",\"state\":\"CANCELLED\"}");
            return RUNNING;
        });

        send("INT");

        assertThat(exit()).isEqualTo(ExitCodes.CANCELLED);
        assertThat(err()).contains("Cancelling job j1").contains("was cancelled");
    }

    @Test
    void the_second_interrupt_detaches() throws Exception {
        host.answer("POST /api/v1/jobs/j1/cancel", 202, RUNNING);

        send("INT");
        await().atMost(Duration.ofSeconds(30)).until(() -> err().contains("Cancelling job j1"));
        send("INT");

        assertThat(exit()).isEqualTo(ExitCodes.CANCELLED);
        assertThat(err()).contains("Job j1 goes on in the host. See: plugbay jobs wait j1");
    }

    @Test
    void termination_and_hang_up_detach_without_cancelling() throws Exception {
        send("TERM");

        assertThat(exit()).isEqualTo(143);
        assertThat(err()).contains("Job j1 goes on");
        assertThat(host.requests()).noneMatch(request -> request.target().endsWith("/cancel"));
    }

    private void send(String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    private int exit() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
    }
}
