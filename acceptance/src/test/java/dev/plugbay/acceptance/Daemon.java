package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A daemon as a process of its own, started as the launcher does it. */
final class Daemon implements AutoCloseable {
    /** The exit code after an orderly stop, whatever asked for it. */
    static final int STOPPED = 0;

    private static final long SECONDS = 120;

    private final Process process;
    private final Path home;
    private final Path output;
    private final Thread reaper;

    private Daemon(Process process, Path home, Path output) {
        this.process = process;
        this.home = home;
        this.output = output;
        reaper = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    /** The command line of a daemon; its options are those of the launcher. */
    static List<String> command(Path home, String... arguments) {
        return command(Built.java(), Built.host(), home, arguments);
    }

    /** The same with another Java, and from another folder with {@code lib} and {@code plugins}. */
    static List<String> command(Path java, Path host, Path home, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xms32m",
                "-XX:SoftRefLRUPolicyMSPerMB=1",
                "-cp",
                host.resolve("lib") + "/*",
                "dev.plugbay.daemon.Main",
                "--bundled",
                host.resolve("plugins").toString(),
                "--home",
                home.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** A builder of processes that inherit nothing of ours that could steer them. */
    static ProcessBuilder process(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("PLUGBAY_") || name.equals("JAVA_TOOL_OPTIONS"));
        return builder;
    }

    /** Starts it; it need not come up. Its output goes to a file. */
    static Daemon launch(ProcessBuilder builder, Path home, Path output) {
        try {
            return new Daemon(
                    builder.redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start(),
                    home,
                    output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it serves. */
    Daemon ready() {
        await().atMost(Duration.ofSeconds(SECONDS))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(JacksonException.class) // the one of a host that was killed goes just now
                .until(() -> {
                    assertThat(process.isAlive()).as(this::output).isTrue();
                    return Files.exists(announcement())
                            && announced().path("pid").asLong() == process.pid();
                });
        return this;
    }

    String url() {
        return announced().path("url").asString();
    }

    long pid() {
        return process.pid();
    }

    Rest rest() {
        try {
            return new Rest(url(), Files.readString(home.resolve("token")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that it printed. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        waitForEnd();
    }

    /** SIGTERM, and goes on. */
    void askToStop() {
        process.destroy();
    }

    /** Any signal, by its name. */
    void signal(String name) {
        Ran.of(new ProcessBuilder("kill", "-" + name, Long.toString(pid())), SECONDS)
                .succeeded();
    }

    /** SIGTERM, and its exit code. */
    int terminate() {
        process.destroy();
        return waitForEnd();
    }

    /** Waits for its end, and answers with its exit code. */
    int waitForEnd() {
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as(this::output)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        waitForEnd();
        Runtime.getRuntime().removeShutdownHook(reaper);
    }

    private Path announcement() {
        return home.resolve("run/daemon.json");
    }

    private JsonNode announced() {
        return new JsonMapper().readTree(announcement().toFile());
    }
}
