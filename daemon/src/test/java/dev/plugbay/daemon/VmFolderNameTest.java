package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmFolderNameTest {
    @ParameterizedTest
    @CsvSource({
        "web server 1, web server 1",
        "a/b, a_b",
        "../../etc, _.._etc",
        ".plugbay-x, plugbay-x",
        "a\\b:c*d?, a_b_c_d_",
        "trailing. . , trailing",
        "'. .x', x",
    })
    void a_name_becomes_one_visible_folder(String name, String folder) {
        assertThat(VmFolderName.of(name, "id")).isEqualTo(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", " ", ". ."})
    void nothing_left_of_the_name_means_the_id(String name) {
        assertThat(VmFolderName.of(name, "i/d")).isEqualTo("i_d");
        assertThat(VmFolderName.of(name, name)).isEqualTo("vm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000b", "a\u202eb", "a\ud800b", "a\u2028b"})
    void letters_that_show_nothing_are_replaced(String name) {
        assertThat(VmFolderName.of(name, "id")).isEqualTo("a_b");
    }

    @Test
    void a_long_name_is_cut_between_letters_and_a_safe_name_stays() {
        String cut = VmFolderName.of("\u00fc\ud83d\ude00".repeat(100), "id");
        assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(190, 200);
        assertThat(VmFolderName.of(cut, "")).isEqualTo(cut);
    }
}
