package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallPartsTest {
    @ParameterizedTest
    @CsvSource({
        "500ms,PT0.5S",
        "30s,PT30S",
        "5m,PT5M",
        "2h,PT2H",
        "1d,PT24H",
        "1m30s,PT1M30S",
        "0,PT0S",
        "PT1H,PT1H",
        "30S,PT30S"
    })
    void lengths_of_time_are_read_and_written(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
        assertThat(Durations.parse(Durations.print(expected))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "s", "30", "-5s", "PT-5S", "5 s x", "1.5h", "99999999999999d", "999999999999d", "soon", "P"})
    void what_is_no_length_of_time_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(text));
    }

    @Test
    void the_nearest_name_is_found_only_for_a_slip() {
        List<String> known = List.of("permissions", "requires", "runtime", "id");
        assertThat(Nearest.to("permisions", known)).contains("permissions");
        assertThat(Nearest.to("Runtime", known)).contains("runtime");
        assertThat(Nearest.to("banana", known)).isEmpty();
        assertThat(Nearest.to("x".repeat(10_000), known)).isEmpty();
    }

    @Test
    void failed_file_operations_say_what_to_do() {
        PlugbayException full =
                IoFailures.of(new FileSystemException("/a", null, "No space left on device"), "It failed");
        assertThat(full.code()).isEqualTo(ErrorCode.INSUFFICIENT_STORAGE);
        assertThat(full).hasMessageContaining("/a");
        assertThat(IoFailures.of(new IOException("Disk quota exceeded"), "It failed")
                        .code())
                .isEqualTo(ErrorCode.INSUFFICIENT_STORAGE);
        PlugbayException denied = IoFailures.of(new AccessDeniedException("/b"), "It failed");
        assertThat(denied.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(denied.remedy().orElseThrow()).contains("/b");
        assertThat(IoFailures.of(new IOException(), "It failed")).hasMessage("It failed: IOException.");
    }
}
