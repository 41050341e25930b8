package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TextAndTableTest {
    @Test
    void what_could_steer_a_terminal_becomes_visible() {
        assertThat(Text.clean("a\u001b[2J\nb\u202ec\u0085")).isEqualTo("a\\u001b[2J\\nb\\u202ec\\u0085");
        assertThat(Text.clean("Zürich 東京 🙂")).isEqualTo("Zürich 東京 🙂");
    }

    @Test
    void cells_are_counted_as_a_terminal_shows_them() {
        assertThat(Text.width("東京")).isEqualTo(4);
        assertThat(Text.width("e\u0301🙂")).isEqualTo(3);
        assertThat(Text.cut("東京都庁", 5)).isEqualTo("東京…");
        assertThat(Text.cut("abc", 3)).isEqualTo("abc");
    }

    @Test
    void columns_stay_aligned_with_wide_characters_and_give_way_on_a_narrow_terminal() {
        Table table = new Table("name", "size").row("東京", "10").row("a-very-long-name-of-a-machine", "9.5 GiB");
        assertThat(table.lines(0))
                .containsExactly(
                        "NAME                              SIZE",
                        "東京                                10",
                        "a-very-long-name-of-a-machine  9.5 GiB");
        assertThat(table.lines(20))
                .allSatisfy(line -> assertThat(Text.width(line)).isLessThanOrEqualTo(20))
                .last()
                .isEqualTo("a-very-lon…  9.5 GiB");
    }

    @Test
    void numbers_for_people() {
        assertThat(Text.bytes(0)).isEqualTo("0 B");
        assertThat(Text.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Text.bytes(10L << 30)).isEqualTo("10 GiB");
        assertThat(Text.duration(Duration.ofMillis(350))).isEqualTo("350 ms");
        assertThat(Text.duration(Duration.ofSeconds(200))).isEqualTo("3 min 20 s");
        assertThat(Text.duration(Duration.ofHours(49))).isEqualTo("2 d 1 h");
    }
}
