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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the settings and the manifest say about reloads and health is what happens. */
class ReloadRulesTest {
    private static final String LEAK = "@Override public void start(dev.plugbay.api.PluginContext c) {"
            + " Thread t = new Thread(() -> { while (true) { java.util.concurrent.locks.LockSupport.park(); } }, \"stays\");"
            + " t.setDaemon(true); t.start(); }";

    @TempDir
    Path folder;

    @Test
    void reload_none_waits_for_a_restart_and_says_so() {
        Plugins.greeter("1.0.0").with("reload", "none").to(folder);
        try (var host = Plugins.host(folder).start()) {
            Plugins.greeter("1.1.0").with("reload", "none").to(folder);
            await().untilAsserted(() -> assertThat(
                            host.plugin("hello").orElseThrow().problem())
                    .hasValueSatisfying(problem -> {
                        assertThat(problem.code()).isEqualTo(ErrorCode.CONFLICT);
                        assertThat(problem.detail()).contains("1.1.0", "restart");
                    }));
            assertThat(host.extension(Greeter.class, "hello").greet("you")).isEqualTo("1.0.0 greets you");
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(1);
            host.stop("hello");
            host.start("hello");
            assertThat(host.extension(Greeter.class, "hello").greet("you")).isEqualTo("1.1.0 greets you");
        }
    }

    @Test
    void a_gentle_reload_lets_a_long_call_end_and_one_that_cancels_ends_it() throws Exception {
        Plugins.greeter("1.0.0").to(folder);
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            CountDownLatch working = new CountDownLatch(1);
            CompletableFuture<String> call = CompletableFuture.supplyAsync(
                    () -> greeter.work(step -> {
                        working.countDown();
                        return true;
                    }),
                    Thread::startVirtualThread);
            working.await();
            host.reload("hello", ReloadOptions.gentle());
            await().untilAsserted(() -> assertThat(host.verdicts("hello")).anySatisfy(verdict -> {
                assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.PENDING);
                assertThat(verdict.waitsFor()).anyMatch(waiting -> waiting.contains("work"));
            }));
            assertThat(call).isNotDone();

            CountDownLatch second = new CountDownLatch(1);
            CompletableFuture<String> cancelled = CompletableFuture.supplyAsync(
                    () -> greeter.work(step -> {
                        second.countDown();
                        return true;
                    }),
                    Thread::startVirtualThread);
            second.await();
            host.reload("hello", new ReloadOptions(true));
            CompletionException ended = catchThrowableOfType(CompletionException.class, cancelled::join);
            assertThat(ended.getCause())
                    .isInstanceOfSatisfying(
                            PlugbayException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CALL_CANCELLED));
            assertThat(call).isNotDone();
        }
    }

    @Test
    void after_too_many_leaks_a_reload_is_refused_naming_who_holds_them() {
        Plugins.main("leaky", "1.0.0", LEAK).to(folder);
        try (var host = Plugins.host(folder)
                .hotReload(false)
                .with(settings -> settings.maxLeaked(2))
                .start()) {
            for (int i = 1; i <= 2; i++) {
                host.reload("leaky", ReloadOptions.gentle());
                int leaks = i;
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                    host.settleVerdicts();
                    assertThat(host.verdicts("leaky"))
                            .filteredOn(verdict -> verdict.outcome() == UnloadVerdict.Outcome.LEAKED)
                            .hasSize(leaks);
                });
            }
            PlugbayException refused =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("leaky", ReloadOptions.gentle()));
            assertThat(refused.code()).isEqualTo(ErrorCode.LEAK_LIMIT_REACHED);
            assertThat(refused).hasMessageContaining("stays");
            assertThat(host.plugin("leaky").orElseThrow().state()).isEqualTo(PluginState.RUNNING);
            assertThat(host.plugin("leaky").orElseThrow().generation()).hasValue(3);
        }
    }

    @Test
    void health_is_asked_by_the_interval_and_a_change_is_told() {
        Plugins.main(
                        "ill",
                        "1.0.0",
                        "private int asked; @Override public dev.plugbay.api.Health health() {"
                                + " return ++asked < 4 ? dev.plugbay.api.Health.healthy()"
                                + " : dev.plugbay.api.Health.degraded(\"asked \" + asked + \" times\"); }")
                .to(folder);
        List<HostEvent> events = new CopyOnWriteArrayList<>();
        try (var host = Plugins.host(folder)
                .with(settings -> settings.healthInterval(Duration.ofMillis(20)))
                .start()) {
            host.onEvent(events::add);
            await().untilAsserted(() -> assertThat(
                            host.plugin("ill").orElseThrow().health().level())
                    .isEqualTo(Health.Level.DEGRADED));
            await().untilAsserted(() -> assertThat(events)
                    .anyMatch(event -> event.type().equals("plugin.health")
                            && "DEGRADED".equals(event.data().get("level"))));
        }
    }
}
