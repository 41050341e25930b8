package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ConfigValue;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordBinderTest {
    private enum Mode {
        READ_ONLY,
        FULL
    }

    private record Inner(
            String name, @ConfigValue(defaultValue = "7") int weight) {}

    private record All(
            String text,
            boolean flag,
            int whole,
            Long wide,
            double number,
            Mode mode,
            Path folder,
            URI uri,
            Duration pause,
            Inner inner,
            Optional<String> maybe,
            List<Inner> list,
            Set<Integer> set,
            Map<String, Duration> named) {}

    private record Defaults(
            @ConfigValue(defaultValue = "qemu:///system") URI uri,
            @ConfigValue(defaultValue = "30s") Duration pause,
            @ConfigValue(defaultValue = "true") boolean flag,
            @ConfigValue(defaultValue = "read-only") Mode mode,
            @ConfigValue(defaultValue = "[1, 2]") List<Integer> list,
            @ConfigValue(defaultValue = "{\"name\": \"n\"}") Inner inner,
            @ConfigValue(defaultValue = "x") Optional<String> maybe,
            Optional<Inner> absent,
            Set<String> set,
            Map<String, String> named) {}

    record Picky(int port) {
        Picky {
            if (port == 13) {
                throw new IllegalArgumentException("not " + port);
            }
        }
    }

    private record Strict(int port, List<Inner> items, Map<String, Integer> named) {}

    @Test
    void values_of_every_type_are_bound() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("text", "t");
        tree.put("flag", true);
        tree.put("whole", 3.0);
        tree.put("wide", new BigInteger("9"));
        tree.put("number", 2L);
        tree.put("mode", "read-only");
        tree.put("folder", "~/x");
        tree.put("uri", "http://h/p");
        tree.put("pause", "PT5M");
        tree.put("inner", Map.of("name", "a", "weight", 1L));
        tree.put("maybe", "m");
        tree.put("list", List.of(Map.of("name", "b")));
        tree.put("set", List.of(1L, 2L));
        tree.put("named", Map.of("k", "500ms"));

        assertThat(RecordBinder.bind(All.class, tree))
                .isEqualTo(new All(
                        "t",
                        true,
                        3,
                        9L,
                        2.0,
                        Mode.READ_ONLY,
                        Path.of(System.getProperty("user.home"), "x"),
                        URI.create("http://h/p"),
                        Duration.ofMinutes(5),
                        new Inner("a", 1),
                        Optional.of("m"),
                        List.of(new Inner("b", 7)),
                        Set.of(1, 2),
                        Map.of("k", Duration.ofMillis(500))));
    }

    @Test
    void what_is_absent_takes_its_default_or_is_empty() {
        assertThat(RecordBinder.bind(Defaults.class, Map.of()))
                .isEqualTo(new Defaults(
                        URI.create("qemu:///system"),
                        Duration.ofSeconds(30),
                        true,
                        Mode.READ_ONLY,
                        List.of(1, 2),
                        new Inner("n", 7),
                        Optional.of("x"),
                        Optional.empty(),
                        Set.of(),
                        Map.of()));
    }

    @Test
    void what_is_wrong_is_named_by_its_pointer_and_its_value_is_never_shown() {
        assertThat(pointer(Map.of("port", "geheim"))).isEqualTo("/port");
        assertThat(pointer(Map.of())).isEqualTo("/port");
        assertThat(pointer(Map.of("port", 2.5))).isEqualTo("/port");
        assertThat(pointer(Map.of("port", Double.NaN))).isEqualTo("/port");
        assertThat(pointer(Map.of("port", 3_000_000_000L))).isEqualTo("/port");
        assertThat(pointer(Map.of("port", 1, "items", "geheim"))).isEqualTo("/items");
        assertThat(pointer(Map.of("port", 1, "items", List.of(Map.of("name", "a"), Map.of("name", 4)))))
                .isEqualTo("/items/1/name");
        assertThat(pointer(Map.of("port", 1, "named", Map.of("a/b~", "geheim"))))
                .isEqualTo("/named/a~1b~0");
    }

    @Test
    void a_name_that_is_not_known_is_refused_with_the_nearest() {
        PlugbayException failure = failure(Map.of("porrt", 1));
        assertThat(failure.pointer()).hasValue("/porrt");
        assertThat(failure.remedy()).hasValue("Did you mean \"port\"?");
    }

    @Test
    void a_record_that_refuses_its_values_is_a_failure_without_them() {
        PlugbayException failure =
                catchThrowableOfType(PlugbayException.class, () -> RecordBinder.bind(Picky.class, Map.of("port", 13)));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(failure.getMessage()).contains("IllegalArgumentException").doesNotContain("13");
        assertThat(failure.getCause()).isNull();
    }

    private static String pointer(Map<String, Object> tree) {
        PlugbayException failure = failure(tree);
        assertThat(failure.getMessage()).doesNotContain("geheim");
        assertThat(failure.remedy().orElseThrow()).doesNotContain("geheim");
        return failure.pointer().orElseThrow();
    }

    private static PlugbayException failure(Map<String, Object> tree) {
        PlugbayException failure =
                catchThrowableOfType(PlugbayException.class, () -> RecordBinder.bind(Strict.class, tree));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
        return failure;
    }
}
