package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system of its own, mounted while this is open. Takes root: without it the test is skipped, but fails where {@code CI} is set. */
final class SmallDisk implements AutoCloseable {
    private Path at;

    private SmallDisk(Path at) {
        this.at = at;
    }

    /** Mounts one of so many MiB, empty. */
    static SmallDisk of(Path at, int mebibytes) {
        make(at);
        String refusal = run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "plugbay-test", at.toString());
        if (!refusal.isEmpty()) {
            String reason = "no small file system can be mounted, which takes root: " + refusal;
            assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
            abort(reason);
        }
        return new SmallDisk(at);
    }

    /** Takes it to another folder, as somebody does who pulls it out; the first folder is empty then. */
    void move(Path to) {
        make(to);
        assertThat(run("mount", "--move", at.toString(), to.toString())).isEmpty();
        at = to;
    }

    /** Lets nobody write to it, or anybody again. */
    void readOnly(boolean on) {
        assertThat(run("mount", "-o", "remount," + (on ? "ro" : "rw"), at.toString()))
                .isEmpty();
    }

    @Override
    public void close() {
        assertThat(run("umount", at.toString())).isEmpty();
    }

    private static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a command complains about; nothing when it succeeds. */
    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : output + " (exit " + process.exitValue() + ")";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
