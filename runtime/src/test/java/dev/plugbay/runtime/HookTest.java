package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Hooks that hang, throw what nobody expects, or answer nonsense: they harm their own plugin and nobody else. */
class HookTest {
    private static final String FOR_EVER =
            "while (true) { Thread.interrupted(); java.util.concurrent.locks.LockSupport.park(); }";
    private static final Duration SHORT = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    private HostBuilder host() {
        return Plugins.host(folder).with(settings -> settings.hookTimeout(SHORT));
    }

    static Stream<Arguments> hanging() {
        return Stream.of(
                Arguments.of("a class initialiser", "static { if (true) { " + FOR_EVER + " } }", "init"),
                Arguments.of("a constructor", "public Main() { " + FOR_EVER + " }", "init"),
                Arguments.of(
                        "init",
                        "@Override public void init(dev.plugbay.api.PluginContext c) { " + FOR_EVER + " }",
                        "init"),
                Arguments.of(
                        "start",
                        "@Override public void start(dev.plugbay.api.PluginContext c) { " + FOR_EVER + " }",
                        "start"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hanging")
    void a_hook_that_ignores_interrupts_for_ever_harms_nobody_else(String what, String body, String hook) {
        Plugins.main("bad", "1.0.0", body).to(folder);
        Plugins.greeter("1.0.0").to(folder);
        long begun = System.nanoTime();
        try (var host = host().start()) {
            assertThat(host.extension(Greeter.class, "hello").greet("you")).isEqualTo("1.0.0 greets you");
            PluginStatus bad = host.plugin("bad").orElseThrow();
            assertThat(bad.state()).isEqualTo(PluginState.FAILED);
            assertThat(bad.problem().orElseThrow().code()).isEqualTo(ErrorCode.HOOK_TIMEOUT);
            assertThat(bad.problem().orElseThrow().detail()).contains(hook + " did not return");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("bad")).singleElement().satisfies(verdict -> {
                    assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.LEAKED);
                    assertThat(verdict.holders())
                            .anySatisfy(holder -> assertThat(holder.kind()).isEqualTo("hook"));
                });
            });
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void a_stop_hook_that_hangs_lets_the_next_generation_serve_and_the_host_close() {
        Plugins.main("bad", "1.0.0", "@Override public void stop(dev.plugbay.api.PluginContext c) { " + FOR_EVER + " }")
                .to(folder);
        try (var host = host().start()) {
            host.reload("bad", ReloadOptions.gentle());
            assertThat(host.plugin("bad").orElseThrow().generation()).hasValue(2);
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("bad"))
                        .singleElement()
                        .satisfies(verdict -> assertThat(verdict.holders())
                                .anySatisfy(holder -> assertThat(holder.name()).startsWith("stop on")));
            });
        }
    }

    @Test
    void a_health_hook_that_hangs_costs_one_thread_however_many_ask() throws Exception {
        Plugins.main(
                        "bad",
                        "1.0.0",
                        "static final java.util.concurrent.atomic.AtomicInteger asked = new java.util.concurrent.atomic.AtomicInteger();"
                                + " @Override public dev.plugbay.api.Health health() { if (asked.getAndIncrement() > 0) {"
                                + " Thread.currentThread().setName(\"hangs-in-health\"); " + FOR_EVER
                                + " } return dev.plugbay.api.Health.healthy(); }")
                .with("healthInterval", "1s")
                .to(folder);
        try (var host = host().start()) {
            List<Thread> askers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                askers.add(Thread.ofVirtual().start(() -> host.health("bad")));
            }
            for (Thread asker : askers) {
                asker.join();
            }
            assertThat(host.health("bad").level()).isEqualTo(Health.Level.UNHEALTHY);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().equals("hangs-in-health"))
                    .hasSize(1);
        }
    }

    @Test
    void an_answer_of_null_is_bad_health_and_no_defect_of_the_host() {
        Plugins.main("odd", "1.0.0", "@Override public dev.plugbay.api.Health health() { return null; }")
                .to(folder);
        try (var host = host().start()) {
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
    void a_failure_that_hangs_when_it_is_asked_what_it_is_misses_the_deadline_of_its_hook() {
        Plugins.main(
                        "odd",
                        "1.0.0",
                        "@Override public void start(dev.plugbay.api.PluginContext c) { throw new RuntimeException() {"
                                + " @Override public String getMessage() { " + FOR_EVER + " } }; }")
                .to(folder);
        Plugins.greeter("1.0.0").to(folder);
        try (var host = host().start()) {
            assertThat(host.extension(Greeter.class, "hello").greet("you")).isEqualTo("1.0.0 greets you");
            assertThat(host.plugin("odd").orElseThrow().problem().orElseThrow().code())
                    .isEqualTo(ErrorCode.HOOK_TIMEOUT);
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
        try (var host = host().start()) {
            Problem problem = host.plugin("hello").orElseThrow().problem().orElseThrow();
            assertThat(problem.code()).isEqualTo(ErrorCode.START_FAILED);
            assertThat(problem.detail()).contains("cannot be made");
            assertThat(host.find(Greeter.class, "hello")).isEmpty();
        }
    }

    @Test
    void threads_started_in_init_end_with_their_generation_and_one_never_started_hinders_nothing() {
        Plugins.main(
                        "busy",
                        "1.0.0",
                        "@Override public void init(dev.plugbay.api.PluginContext c) {"
                                + " c.threadFactory().newThread(() -> { try { Thread.sleep(100_000); } catch (InterruptedException end) { } }).start();"
                                + " c.threadFactory().newThread(() -> { }); }")
                .host("threads")
                .to(folder);
        try (var host = host().start()) {
            host.unload("busy");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("busy"))
                        .singleElement()
                        .satisfies(verdict -> assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED));
            });
        }
    }

    @Test
    void an_interrupted_caller_does_not_put_the_blame_for_it_on_the_plugin() {
        Plugins.main(
                        "hello",
                        "1.0.0",
                        "@Override public dev.plugbay.api.Health health() throws Exception {"
                                + " Thread.sleep(50); return dev.plugbay.api.Health.degraded(\"asked\"); }")
                .to(folder);
        try (var host = Plugins.host(folder).start()) {
            Thread.currentThread().interrupt();
            Health health = host.health("hello");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(health).isEqualTo(Health.degraded("asked"));
        }
    }

    @Test
    void a_hook_that_asks_its_host_for_an_operation_is_refused_at_once() {
        Plugins.main(
                        "self",
                        "1.0.0",
                        "@Override public void start(dev.plugbay.api.PluginContext c) {"
                                + " dev.plugbay.example.Reach.host(\"self\"); }")
                .to(folder);
        long begun = System.nanoTime();
        try (var host = Plugins.host(folder)
                .hotReload(false)
                .with(settings -> settings.hookTimeout(Duration.ofSeconds(60)))
                .start()) {
            host.disable("self");
            dev.plugbay.example.Reach.connect(id -> host.reload(id, ReloadOptions.gentle()));
            host.enable("self");
            Problem problem = host.plugin("self").orElseThrow().problem().orElseThrow();
            assertThat(problem.detail()).contains("hook asked for a");
        } finally {
            dev.plugbay.example.Reach.connect(id -> {});
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(45));
    }

    @Test
    void a_config_handler_that_hangs_refuses_the_change_and_keeps_the_old_one() {
        Plugins.main(
                        "slow",
                        "1.0.0",
                        "@Override public void configChanged(dev.plugbay.api.PluginContext c) { " + FOR_EVER + " }")
                .with("configSchema", Map.of("type", "object", "properties", Map.of("a", Map.of("type", "string"))))
                .to(folder);
        try (var host = host().start()) {
            PlugbayException failure =
                    catchThrowableOfType(PlugbayException.class, () -> host.patchConfig("slow", Map.of("a", "b")));
            assertThat(failure.code()).isEqualTo(ErrorCode.HOOK_TIMEOUT);
            assertThat(host.config("slow")).isEmpty();
            assertThat(host.plugin("slow").orElseThrow().state()).isEqualTo(PluginState.RUNNING);
        }
    }
}
