package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A new version that is bad in one way: the old one serves on, the reason can be read, nothing half-registered remains. */
class BadVersionTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    private Path jar;

    @BeforeEach
    void aGoodVersionRuns() {
        jar = Plugins.greeter("1.0.0").to(folder, "hello.jar");
    }

    private static Jars next() {
        return Jars.plugin("hello", "1.1.0");
    }

    private static Jars nextWithMain(String body) {
        return Plugins.main("hello", "1.1.0", body).extension(Greeter.class, Plugins.GREETER);
    }

    static Stream<Arguments> badVersions() {
        return Stream.of(
                Arguments.of(
                        "start throws",
                        nextWithMain("@Override public void start(dev.plugbay.api.PluginContext c) {"
                                        + " throw new IllegalStateException(\"no luck\"); }")
                                .bytes(),
                        ErrorCode.START_FAILED,
                        "no luck"),
                Arguments.of(
                        "init throws",
                        nextWithMain("@Override public void init(dev.plugbay.api.PluginContext c) {"
                                        + " throw new IllegalStateException(\"no way\"); }")
                                .bytes(),
                        ErrorCode.INIT_FAILED,
                        "no way"),
                Arguments.of(
                        "its probe is worse",
                        nextWithMain("@Override public dev.plugbay.api.Health health() {"
                                        + " return dev.plugbay.api.Health.unhealthy(\"I am ill\"); }")
                                .bytes(),
                        ErrorCode.PROBE_FAILED,
                        "I am ill"),
                Arguments.of(
                        "its hook hangs",
                        nextWithMain("@Override public void start(dev.plugbay.api.PluginContext c) throws Exception {"
                                        + " new java.util.concurrent.CountDownLatch(1).await(); }")
                                .bytes(),
                        ErrorCode.HOOK_TIMEOUT,
                        "start did not return within"),
                Arguments.of(
                        "it names an absent class",
                        next().source(Plugins.MAIN)
                                .extension(Greeter.class, "acme.Absent", "")
                                .bytes(),
                        ErrorCode.ENTRYPOINT_NOT_FOUND,
                        "acme.Absent"),
                Arguments.of(
                        "it names a class of the wrong kind",
                        next().source(Plugins.MAIN)
                                .extension(Greeter.class, "acme.Main", "")
                                .bytes(),
                        ErrorCode.ENTRYPOINT_NOT_FOUND,
                        "acme.Main does not implement"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badVersions")
    void the_old_generation_serves_on_when_the_new_ones(String name, byte[] bytes, ErrorCode cause, String reason)
            throws Exception {
        try (var host = Plugins.host(folder)
                .hotReload(false)
                .with(settings -> settings.hookTimeout(Duration.ofSeconds(cause == ErrorCode.HOOK_TIMEOUT ? 4 : 10)))
                .start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            replace(bytes);
            PlugbayException failure =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("hello", ReloadOptions.gentle()));
            assertThat(failure.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(failure.details()).containsEntry("cause", cause.id());
            assertThat(failure).hasMessageContaining(reason);
            assertThat(greeter.greet("you")).isEqualTo("1.0.0 greets you");
            PluginStatus status = host.plugin("hello").orElseThrow();
            assertThat(status.version()).isEqualTo("1.0.0");
            assertThat(status.generation()).hasValue(1);
            assertThat(status.state()).isEqualTo(PluginState.RUNNING);
            assertThat(status.problem().orElseThrow().detail()).contains(reason);
            assertThat(host.extensions(Greeter.class)).hasSize(1);
        }
    }

    static Stream<Arguments> refusedVersions() {
        return Stream.of(
                Arguments.of("is no zip", "not a zip".getBytes(StandardCharsets.UTF_8), ErrorCode.ARTIFACT_CORRUPT, ""),
                Arguments.of(
                        "needs a newer API",
                        next().source(Plugins.MAIN)
                                .with("requires", Map.of("apis", Map.of("plugbay-api", "^2.0")))
                                .bytes(),
                        ErrorCode.INCOMPATIBLE_API,
                        "plugbay-api"),
                Arguments.of(
                        "needs a newer Java",
                        next().source(Plugins.MAIN)
                                .with("requires", Map.of("java", ">=99"))
                                .bytes(),
                        ErrorCode.INCOMPATIBLE_API,
                        "99"),
                Arguments.of(
                        "needs an absent plugin",
                        next().source(Plugins.MAIN)
                                .with("requires", Map.of("plugins", Map.of("other", "^1.0")))
                                .bytes(),
                        ErrorCode.MISSING_DEPENDENCY,
                        "other"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedVersions")
    void what_is_refused_before_loading_keeps_its_own_code(String name, byte[] bytes, ErrorCode code, String reason)
            throws Exception {
        try (var host = Plugins.host(folder).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            replace(bytes);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(
                                    host.plugin("hello").orElseThrow().problem().map(Problem::code))
                            .contains(code));
            assertThat(host.plugin("hello")
                            .orElseThrow()
                            .problem()
                            .orElseThrow()
                            .detail())
                    .contains(reason);
            assertThat(greeter.greet("you")).isEqualTo("1.0.0 greets you");
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(1);
            replace(Plugins.greeter("1.2.0").bytes());
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(greeter.greet("you")).startsWith("1.2.0");
                assertThat(host.plugin("hello").orElseThrow().problem()).isEmpty();
            });
        }
    }

    @Test
    void a_failed_generation_leaves_no_thread_and_no_timer() throws Exception {
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            replace(Jars.plugin("hello", "1.1.0")
                    .source("""
                            package acme;
                            public final class Main implements dev.plugbay.api.Plugin {
                                @Override public void start(dev.plugbay.api.PluginContext c) {
                                    c.scheduler().every(java.time.Duration.ofMillis(1), () -> {});
                                    c.threadFactory().newThread(() -> {
                                        try { new java.util.concurrent.CountDownLatch(1).await(); } catch (InterruptedException end) { }
                                    }).start();
                                    throw new IllegalStateException("after having begun");
                                }
                            }
                            """)
                    .host("schedule", "threads")
                    .bytes());
            assertThatThrownBy(() -> host.reload("hello", ReloadOptions.gentle()))
                    .isInstanceOf(PlugbayException.class);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("hello"))
                        .singleElement()
                        .satisfies(verdict -> assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED));
            });
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("plugin:hello#2"));
        }
    }

    @Test
    void a_first_version_without_its_required_config_waits_and_starts_when_it_comes() {
        Map<String, Object> schema = Map.of(
                "type", "object",
                "required", List.of("folder"),
                "properties", Map.of("folder", Map.of("type", "string")));
        Jars.plugin("needy", "1.0.0")
                .source(Plugins.MAIN)
                .with("configSchema", schema)
                .to(folder);
        try (var host = Plugins.host(folder).home(home).start()) {
            PluginStatus waiting = host.plugin("needy").orElseThrow();
            assertThat(waiting.state()).isEqualTo(PluginState.LOADED);
            assertThat(waiting.problem().orElseThrow().code()).isEqualTo(ErrorCode.INVALID_CONFIG);
            assertThat(waiting.problem().orElseThrow().pointer()).contains("/folder");
            host.patchConfig("needy", Map.of("folder", "/tmp"));
            assertThat(host.plugin("needy").orElseThrow().state()).isEqualTo(PluginState.RUNNING);
        }
        try (var host = Plugins.host(folder).home(home).start()) {
            assertThat(host.config("needy")).containsEntry("folder", "/tmp");
            assertThat(host.plugin("needy").orElseThrow().state()).isEqualTo(PluginState.RUNNING);
        }
    }

    private void replace(byte[] bytes) throws Exception {
        Path part = Files.write(jar.resolveSibling(".part"), bytes);
        Files.move(part, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
