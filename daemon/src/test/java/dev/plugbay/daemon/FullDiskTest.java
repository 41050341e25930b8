package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    @TempDir
    private Path folder;

    @Test
    void a_full_disk_fails_the_export_with_its_code_and_leaves_nothing() throws Exception {
        Path small = Files.createDirectories(folder.resolve("small"));
        String refusal = run("mount", "-t", "tmpfs", "-o", "size=8m", "plugbay-test", small.toString());
        if (!refusal.isEmpty()) {
            String reason = "no small file system can be mounted, which takes root: " + refusal;
            assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
            abort(reason);
        }
        try (Lab lab = Lab.open(folder)) {
            assertThat(lab.failed(lab.export(small, "fill"))).isEqualTo("InsufficientStorage");
            assertThat(Lab.names(small)).isEmpty();
            lab.succeeded(lab.export(small, "good"));
        } finally {
            assertThat(run("umount", small.toString())).isEmpty();
        }
    }

    /** What a command complains about; nothing when it succeeds. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : output + " (exit " + process.exitValue() + ")";
    }
}
