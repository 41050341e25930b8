package dev.plugbay.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs a Java, or a file system, of its own. */
class DiskWriterProcessTest {
    @TempDir
    Path temp;

    Path image;
    Path out;

    @BeforeEach
    void image() throws IOException {
        image = Disks.sparse(temp.resolve("image"), 9);
        out = Files.createDirectory(temp.resolve("out"));
    }

    private List<String> java(String... options) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                CopyMain.class.getName(),
                image.toString(),
                out.toString()));
        return command;
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }

    @Test
    void works_without_a_warning_where_native_access_is_not_enabled() throws Exception {
        assertThat(run(java("--illegal-native-access=warn"))).isEqualTo(Disks.sha256(image));
        assertThat(Files.mismatch(image, out.resolve("copy.raw"))).isEqualTo(-1);
        assertThat(Disks.stored(out.resolve("copy.raw"))).isEqualTo(5L * Disks.MIB);
    }

    @Test
    void reads_names_that_are_not_ascii() throws Exception {
        image = Files.move(image, temp.resolve("Gr\u00f6\u00dfe \u65e5\u672c"));
        List<String> command = java("--enable-native-access=ALL-UNNAMED");
        assertThat(run(command)).isEqualTo(Disks.sha256(image));
    }

    @Test
    void a_full_disk_is_insufficient_storage_and_leaves_no_file() throws Exception {
        // A file system of 4 MiB, in a name space of this process' own; some systems allow that to no user.
        String script = "mount -t tmpfs -o size=4m none '" + out + "' && \"$@\" && ls -A '" + out + "'";
        List<String> inNamespace = List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c");
        boolean ci = "true".equals(System.getenv("CI"));
        boolean installed = Files.isExecutable(Path.of("/usr/bin/unshare"));
        assertThat(installed || !ci).as("unshare is installed where CI=true").isTrue();
        assumeTrue(installed, "unshare is not installed");
        List<String> probe = new ArrayList<>(inNamespace);
        probe.add("mount -t tmpfs none '" + out + "' && echo mounted");
        boolean mounts = run(probe).equals("mounted");
        assertThat(mounts || !ci)
                .as("a small file system can be mounted where CI=true")
                .isTrue();
        assumeTrue(mounts, "this user may not mount");
        List<String> command = new ArrayList<>(inNamespace);
        command.addAll(List.of(script, "sh"));
        command.addAll(java("--enable-native-access=ALL-UNNAMED"));
        assertThat(run(command)).isEqualTo("InsufficientStorage");
    }
}
