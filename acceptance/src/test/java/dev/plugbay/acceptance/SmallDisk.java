package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A small file system of its own, mounted while this is open. Takes root: without it the test is skipped, but fails where {@code CI} is set. */
final class SmallDisk implements AutoCloseable {
    private final Path at;

    private SmallDisk(Path at) {
        this.at = at;
    }

    /** Mounts one of so many KiB, empty. */
    static SmallDisk of(Path at, int kibibytes) {
        Ran mounted = Ran.of(
                new ProcessBuilder(
                        "mount", "-t", "tmpfs", "-o", "size=" + kibibytes + "k", "plugbay-test", at.toString()),
                60);
        if (mounted.exit() != 0) {
            String reason = "no small file system can be mounted, which takes root: " + mounted;
            assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
            abort(reason);
        }
        return new SmallDisk(at);
    }

    /** Lets nobody write to it. */
    void makeReadOnly() {
        Ran.of(new ProcessBuilder("mount", "-o", "remount,ro", at.toString()), 60)
                .succeeded();
    }

    /** Writes until nothing more fits; answers with the file that has all of it. */
    Path fill() throws IOException {
        Path filler = at.resolve("filler");
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            assertThat(Objects.requireNonNull(full.getMessage())).contains("No space left");
        }
        return filler;
    }

    @Override
    public void close() {
        Ran.of(new ProcessBuilder("umount", "-l", at.toString()), 60).succeeded();
    }
}
