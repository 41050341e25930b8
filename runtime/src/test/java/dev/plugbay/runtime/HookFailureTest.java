package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Hooks and constructors that throw what nobody expects, or answer nonsense. */
class HookFailureTest {
    @TempDir
    Path folder;

    @Test
    void an_answer_of_null_is_bad_health_and_no_defect_of_the_host() {
        Plugins.main("odd", "1.0.0", "@Override public dev.plugbay.api.Health health() { return null; }")
                .to(folder);
        try (var host = Plugins.host(folder).start()) {
            PluginStatus odd = host.plugin("odd").orElseThrow();
            assertThat(odd.state()).isEqualTo(PluginState.RUNNING);
            assertThat(odd.health().level()).isEqualTo(Health.Level.UNHEALTHY);
            assertThat(odd.health().reasons()).containsExactly("health answered null");
        }
    }

    static Stream<Arguments> odd() {
        return Stream.of(
                Arguments.of("a stack overflow", "recurse()", "StackOverflowError"),
                Arguments.of("an error", "throw new OutOfMemoryError(\"so it says\")", "OutOfMemoryError"),
                Arguments.of("a failing message", "throw new Evil()", "Evil"),
                Arguments.of("an absent class", "throw new NoClassDefFoundError(\"gone\")", "NoClassDefFoundError"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void whatever_a_hook_throws_is_told_and_released(String what, String statement, String told) {
        Plugins.main(
                        "odd",
                        "1.0.0",
                        "static void recurse() { recurse(); }"
                                + " static final class Evil extends RuntimeException { @Override public String getMessage() { throw new IllegalStateException(); } }"
                                + " @Override public void start(dev.plugbay.api.PluginContext c) { " + statement
                                + "; }")
                .to(folder);
        try (var host = Plugins.host(folder).start()) {
            Problem problem = host.plugin("odd").orElseThrow().problem().orElseThrow();
            assertThat(problem.code()).isEqualTo(ErrorCode.START_FAILED);
            assertThat(problem.detail()).contains(told);
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("odd"))
                        .singleElement()
                        .satisfies(verdict -> assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED));
            });
        }
    }

    @Test
    void an_extension_whose_constructor_throws_is_a_failed_start_with_its_reason() {
        Jars.plugin("hello", "1.0.0")
                .source(Plugins.MAIN)
                .extension(Greeter.class, """
                        package acme;
                        public final class Hello implements dev.plugbay.example.Greeter {
                            public Hello() { throw new IllegalStateException("cannot be made"); }
                            @Override public String greet(String name) { return name; }
                        }
                        """)
                .to(folder);
        try (var host = Plugins.host(folder).start()) {
            Problem problem = host.plugin("hello").orElseThrow().problem().orElseThrow();
            assertThat(problem.code()).isEqualTo(ErrorCode.START_FAILED);
            assertThat(problem.detail()).contains("cannot be made");
            assertThat(host.find(Greeter.class, "hello")).isEmpty();
        }
    }
}
