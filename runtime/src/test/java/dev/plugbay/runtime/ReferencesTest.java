package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferencesTest {
    @TempDir
    Path folder;

    private static Map<String, Object> resolve(Map<String, Object> raw) {
        return References.resolve(raw, Map.of("A", "one", "B", "$1\\${env:A}")::get);
    }

    @Test
    void references_are_resolved_at_any_depth_and_within_texts() throws IOException {
        Path file = Files.writeString(folder.resolve("pw"), "geheim\n\n");
        assertThat(resolve(Map.of(
                        "whole",
                        "${env:A}",
                        "part",
                        "<${env:A}-${env:A}>",
                        "deep",
                        List.of(Map.of("x", "${file:" + file + "}")),
                        "number",
                        5L)))
                .isEqualTo(Map.of(
                        "whole", "one", "part", "<one-one>", "deep", List.of(Map.of("x", "geheim\n")), "number", 5L));
    }

    @Test
    void what_is_put_in_is_not_looked_at_again_and_other_references_stay() {
        assertThat(resolve(Map.of("b", "${env:B}", "c", "${config.uri} ${ENV:A} $A ${env:A")))
                .isEqualTo(Map.of("b", "$1\\${env:A}", "c", "${config.uri} ${ENV:A} $A ${env:A"));
    }

    @Test
    void the_process_environment_is_used() {
        assertThat(References.resolve(Map.of("p", "${env:PATH}"))).isEqualTo(Map.of("p", System.getenv("PATH")));
    }

    @Test
    void what_is_missing_is_refused_with_its_place() throws IOException {
        assertThat(refused("${env:NONE}").getMessage()).contains("NONE");
        assertThat(refused("${file:relative}").getMessage()).contains("absolute");
        assertThat(refused("${file:" + folder.resolve("none") + "}").getMessage())
                .contains("does not exist");
        assertThat(refused("${file:" + folder + "}").getMessage()).contains("not a file");
        Path large = Files.write(folder.resolve("large"), new byte[64 * 1024 + 1]);
        assertThat(refused("${file:" + large + "}").getMessage()).contains("64 KiB");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff});
        assertThat(refused("${file:" + binary + "}").getMessage()).contains("UTF-8");
        Path full = Files.write(folder.resolve("full"), new byte[64 * 1024]);
        assertThat(resolve(Map.of("a", "${file:" + full + "}"))).hasSize(1);
    }

    private static PlugbayException refused(String text) {
        PlugbayException failure =
                catchThrowableOfType(PlugbayException.class, () -> resolve(Map.of("a/b", List.of("fine", text))));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(failure.pointer()).hasValue("/a~1b/1");
        assertThat(failure.remedy()).isPresent();
        return failure;
    }
}
