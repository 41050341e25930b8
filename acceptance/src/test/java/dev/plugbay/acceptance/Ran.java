package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a process did that has ended.
 *
 * @param command what was run, for messages
 * @param exit its exit code
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
record Ran(String command, int exit, String out, String err) {
    /** Runs a process to its end. */
    static Ran of(ProcessBuilder builder, long seconds) {
        try {
            Path out = Files.createTempFile("plugbay-out", "");
            Path err = Files.createTempFile("plugbay-err", "");
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                process.getOutputStream().close();
                boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
                String command = String.join(" ", builder.command());
                assertThat(ended)
                        .as(() -> command + " did not end within " + seconds + " s\n" + text(out) + text(err))
                        .isTrue();
                return new Ran(command, process.exitValue(), text(out), text(err));
            } finally {
                process.destroyForcibly();
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Insists that it succeeded. */
    Ran succeeded() {
        return exited(0);
    }

    /** Insists on an exit code. */
    Ran exited(int code) {
        assertThat(exit).as(toString()).isEqualTo(code);
        return this;
    }

    /** Its output as JSON. */
    JsonNode json() {
        return new JsonMapper().readTree(out);
    }

    @Override
    public String toString() {
        return command + "\nexit " + exit + "\n" + out + err;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
