package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Programs that tests need. Where one is missing a test is skipped; in CI that is a failure. */
final class Needed {
    private Needed() {}

    static void program(String name, String debianPackage) {
        boolean found = Arrays.stream(
                        Objects.requireNonNullElse(System.getenv("PATH"), "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        assertThat(found || !"true".equals(System.getenv("CI")))
                .as("%s is installed where CI=true", name)
                .isTrue();
        assumeTrue(found, name + " is not installed (package " + debianPackage + ")");
    }

    /** libvirt's library, loaded; its test driver needs nothing else. */
    static Libvirt libvirt() {
        Optional<Libvirt> found = Libvirt.load("libvirt.so.0");
        assertThat(found.isPresent() || !"true".equals(System.getenv("CI")))
                .as("libvirt.so.0 is installed where CI=true")
                .isTrue();
        assumeTrue(found.isPresent(), "libvirt.so.0 is not installed (package libvirt0)");
        return found.orElseThrow();
    }

    /** What only root may do. */
    static void root() {
        boolean root = "root".equals(System.getProperty("user.name"));
        assertThat(root || !"true".equals(System.getenv("CI")))
                .as("tests run as root where CI=true")
                .isTrue();
        assumeTrue(root, "only root may mount");
    }

    /** Runs a program to its end, which must be a good one; returns what it said. */
    static String run(Object... command) throws IOException, InterruptedException {
        List<String> words = Arrays.stream(command).map(Object::toString).toList();
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s said: %s", words, output).isZero();
        return output;
    }
}
