package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void values_of_every_kind_are_read() {
        assertThat(Json.parse(" {\"a\": [1, -2.5, 1e2, true, false, null], \"b\": \"\\u00e9\\n\\\\\"} "))
                .isEqualTo(Map.of("a", java.util.Arrays.asList(1L, -2.5, 100.0, true, false, null), "b", "\u00e9\n\\"));
        assertThat(Json.parse("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(Json.parse("9223372036854775808")).isEqualTo(new BigInteger("9223372036854775808"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\" 1}",
                "01",
                "+1",
                "1.",
                ".5",
                "1e",
                "-",
                "tru",
                "nulll",
                "\"a",
                "\"\t\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u",
                "1 2",
                "[1] x",
                "'a'",
                "NaN",
                "Infinity",
                "1e999",
                "// c\n1",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "\uFEFF1",
                "\u00a01"
            })
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(Json.Malformed.class);
    }

    @Test
    void a_failure_names_line_and_column() {
        assertThatThrownBy(() -> Json.parse("{\n  \"a\": 1,\n  \"a\": 2\n}"))
                .hasMessage("the name \"a\" stands twice in one object, at line 3:3");
    }

    @Test
    void depth_is_limited_and_never_exhausts_the_stack() {
        assertThat(Json.parse("[".repeat(64) + "]".repeat(64))).isNotNull();
        assertThatThrownBy(() -> Json.parse("[".repeat(65) + "]".repeat(65)))
                .hasMessageContaining("more than 64 levels");
        assertThatThrownBy(() -> Json.parse("[".repeat(1_000_000))).isInstanceOf(Json.Malformed.class);
    }

    @Test
    void bytes_must_be_utf8() {
        assertThat(Json.parse("\"\u00e9\"".getBytes(StandardCharsets.UTF_8))).isEqualTo("\u00e9");
        assertThatThrownBy(() -> Json.parse("\"\u00e9\"".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void what_is_written_is_read_back_equal() {
        for (int seed = 0; seed < 500; seed++) {
            Object tree = random(new Random(seed), 0);
            assertThat(Json.parse(Json.write(tree))).as("seed %d", seed).isEqualTo(tree);
        }
    }

    @Test
    void changed_text_is_read_or_refused_but_never_worse() {
        Random random = new Random(7);
        String text = Json.write(Map.of("a", List.of(1L, 2.5, "x\n\u2028\ud83d\ude00"), "b", Map.of("c", true)));
        for (int i = 0; i < 5000; i++) {
            StringBuilder changed = new StringBuilder(text);
            for (int j = 0; j <= random.nextInt(3); j++) {
                changed.setCharAt(random.nextInt(changed.length()), (char) random.nextInt(0x180));
            }
            try {
                Object tree = Json.parse(changed.toString());
                assertThat(Json.parse(Json.write(tree))).isEqualTo(tree);
            } catch (Json.Malformed e) {
                assertThat(e).hasMessageContaining("at line");
            }
        }
    }

    private static @Nullable Object random(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case 4 -> {
                StringBuilder text = new StringBuilder();
                for (int i = random.nextInt(12); i > 0; i--) {
                    text.append((char) random.nextInt(random.nextBoolean() ? 0x100 : 0x10000));
                }
                yield text.toString();
            }
            case 5 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    list.add(random(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    map.put("k" + random.nextInt(100), random(random, depth + 1));
                }
                yield map;
            }
        };
    }
}
