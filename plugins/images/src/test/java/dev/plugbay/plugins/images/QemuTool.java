package dev.plugbay.plugins.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plugbay.plugins.qemu.QemuImg;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The real qemu-img. Where it is missing, a test that needs it is skipped; in CI that is a failure. */
final class QemuTool {
    /** Somewhere that nothing is: how a test does without the program. */
    static final Optional<Path> MISSING = Optional.of(Path.of("/nonexistent/qemu-img"));

    private QemuTool() {}

    static Path program() {
        Optional<QemuImg> found = QemuImg.find(Optional.empty(), Objects.requireNonNullElse(System.getenv("PATH"), ""));
        boolean ci = "true".equals(System.getenv("CI"));
        assertThat(!ci || found.isPresent())
                .as("qemu-img is installed where CI=true")
                .isTrue();
        assumeTrue(found.isPresent(), "qemu-img is not installed (package qemu-utils)");
        return found.orElseThrow().program();
    }

    static String run(Object... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program().toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s said: %s", command, output).isZero();
        return output;
    }
}
