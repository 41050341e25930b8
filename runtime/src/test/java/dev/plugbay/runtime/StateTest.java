package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.SavedState;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A state outlives the generation, the stop and the host. */
class StateTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    private HostBuilder host() {
        return Plugins.host(folder).home(home).hotReload(false);
    }

    private static void call(PluginHost host, int times) {
        Greeter counter = host.extension(Greeter.class, "counter");
        for (int i = 0; i < times; i++) {
            counter.greet("x");
        }
    }

    private Optional<SavedState> kept() {
        try (FileHostStore store = new FileHostStore(home)) {
            return store.state("counter");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"handover", "none", "overlap"})
    void a_count_goes_on_after_a_stop_an_unload_a_disabling_and_a_restart_of_the_host(String mode) {
        Counters.of("1.0.0").reload(mode).to(folder);
        try (var host = host().start()) {
            call(host, 2);
            host.stop("counter");
            host.start("counter");
            call(host, 1);
            host.unload("counter");
            host.load("counter");
            host.disable("counter");
            host.enable("counter");
            assertThat(Counters.count(host)).isEqualTo(3);
            call(host, 1);
        }
        assertThat(kept()).hasValue(SavedState.ofText(1, "4"));
        try (var host = host().start()) {
            call(host, 1);
            assertThat(Counters.count(host)).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "unload", "disable", "disable one"})
    void what_a_plugin_knows_is_kept_when_the_answer_says_that_it_does_not_run_any_more(String how) throws Exception {
        Counters.of("1.0.0").reload("overlap").to(folder);
        CountDownLatch inside = new CountDownLatch(1);
        dev.plugbay.example.Reach.connect(last -> {
            inside.countDown();
            java.util.concurrent.locks.LockSupport.parkNanos(200_000_000); // it ends while it is drained
        });
        try (var host =
                host().with(settings -> settings.drain(Duration.ofSeconds(20))).start()) {
            call(host, 1);
            Greeter counter = host.extension(Greeter.class, "counter");
            CompletableFuture<String> last =
                    CompletableFuture.supplyAsync(() -> counter.greet("ask last"), Thread::startVirtualThread);
            inside.await();
            switch (how) {
                case "stop" -> host.stop("counter");
                case "unload" -> host.unload("counter");
                case "disable" -> host.disable("counter");
                default -> host.disable("counter", "counter");
            }
            assertThat(kept()).as("as a host finds it that is killed now").hasValue(SavedState.ofText(1, "2"));
            assertThat(last.join()).isEqualTo("2");
        } finally {
            dev.plugbay.example.Reach.connect(id -> {});
        }
    }

    @Test
    void a_start_right_after_a_stop_waits_until_the_last_call_was_counted_and_saved() throws Exception {
        Counters.of("1.0.0").reload("overlap").to(folder);
        try (var host =
                host().with(settings -> settings.drain(Duration.ofSeconds(20))).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            AtomicBoolean work = new AtomicBoolean(true);
            CompletableFuture<Void> working = new CompletableFuture<>();
            CompletableFuture<String> running = CompletableFuture.supplyAsync(
                    () -> counter.work(step -> {
                        working.complete(null);
                        return work.get();
                    }),
                    Thread::startVirtualThread);
            working.get();
            host.stop("counter");
            CompletableFuture<PluginStatus> starting =
                    CompletableFuture.supplyAsync(() -> host.start("counter"), Thread::startVirtualThread);
            assertThat(starting).isNotDone();
            work.set(false);
            assertThat(running.join()).isEqualTo("1");
            starting.join();
            assertThat(Counters.count(host)).isEqualTo(1);
        }
    }

    /** Without the hurry it would wait for the call until the host gives up, and everything since the last stop would be lost. */
    @Test
    void a_host_that_closes_within_a_limit_saves_though_a_call_does_not_end() throws Exception {
        Counters.of("1.0.0").reload("overlap").to(folder);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        dev.plugbay.example.Reach.connect(stuck -> {
            inside.countDown();
            Waits.uninterrupted(letGo);
        });
        try {
            var host = host().with(settings -> settings.drain(Duration.ofMinutes(5)))
                    .start();
            call(host, 2);
            Greeter counter = host.extension(Greeter.class, "counter");
            CompletableFuture<String> stuck =
                    CompletableFuture.supplyAsync(() -> counter.greet("ask nobody"), Thread::startVirtualThread);
            inside.await();
            host.close(Duration.ofSeconds(20));
            assertThat(stuck).isNotDone();
            assertThat(kept()).hasValue(SavedState.ofText(1, "2"));
        } finally {
            letGo.countDown();
            dev.plugbay.example.Reach.connect(id -> {});
        }
    }

    @Test
    void a_stop_saves_though_a_health_check_hangs() {
        Counters.of("1.0.0")
                .more(
                        "@Override public Health health() { if (count.get() > 1) { dev.plugbay.example.Reach.host(\"health\"); } return Health.healthy(); }")
                .jar()
                .to(folder);
        CountDownLatch letGo = new CountDownLatch(1);
        dev.plugbay.example.Reach.connect(hangs -> Waits.uninterrupted(letGo));
        try (var host = host().with(settings -> settings.hookTimeout(Duration.ofSeconds(3)))
                .start()) {
            call(host, 2);
            assertThat(host.health("counter").reasons()).first().asString().contains("did not return");
            host.stop("counter");
            assertThat(kept()).hasValue(SavedState.ofText(1, "2"));
        } finally {
            letGo.countDown();
            dev.plugbay.example.Reach.connect(id -> {});
        }
    }

    @Test
    void what_a_handover_passed_on_is_kept_before_the_new_one_serves() {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = host().start()) {
            call(host, 3);
            host.reload("counter", ReloadOptions.gentle());
            call(host, 1);
            assertThat(kept()).as("as a host finds it that is killed now").hasValue(SavedState.ofText(1, "3"));
        }
        assertThat(kept()).hasValue(SavedState.ofText(1, "4"));
    }

    @Test
    void a_state_that_the_first_start_refuses_is_told_in_words_and_stays_as_it_is() {
        Counters.of("1.0.0").jar().to(folder, "counter.jar");
        try (var host = host().start()) {
            call(host, 2);
        }
        Counters.of("2.0.0")
                .restore(
                        "if (state.version() != 5) throw new PluginException(ErrorCode.UNSUPPORTED, \"it understands version 5 only\");")
                .jar()
                .to(folder, "counter.jar");
        try (var host = host().start()) {
            PluginStatus status = host.plugin("counter").orElseThrow();
            assertThat(status.state()).isEqualTo(PluginState.FAILED);
            Problem problem = status.problem().orElseThrow();
            assertThat(problem.code()).isEqualTo(ErrorCode.START_FAILED);
            assertThat(problem.detail())
                    .contains("restoreState failed", "it understands version 5 only", "(version 1) is untouched");
            assertThat(problem.remedy().orElseThrow()).contains("plugbay plugins remove counter --purge");
        }
        assertThat(kept()).hasValue(SavedState.ofText(1, "2"));
        Counters.of("3.0.0").jar().to(folder, "counter.jar");
        try (var host = host().start()) {
            assertThat(Counters.count(host)).isEqualTo(2);
        }
    }

    @Test
    void a_state_that_cannot_be_saved_at_a_stop_leaves_the_one_kept_before() {
        Counters.of("1.0.0")
                .save("if (seen == 3) throw new IllegalStateException(\"not now\");")
                .jar()
                .to(folder);
        try (var host = host().start()) {
            call(host, 2);
            host.stop("counter");
            host.start("counter");
            call(host, 1);
        }
        assertThat(kept()).hasValue(SavedState.ofText(1, "2"));
    }

    @Test
    void a_state_is_removed_with_the_data_and_only_then() {
        Counters.of("1.0.0").jar().to(folder, "counter.jar");
        try (var host = host().start()) {
            call(host, 2);
            host.remove("counter", false);
            Counters.of("1.0.0").jar().to(folder, "counter.jar");
            host.discover();
            assertThat(Counters.count(host)).isEqualTo(2);
            host.remove("counter", true);
            Counters.of("1.0.0").jar().to(folder, "counter.jar");
            host.discover();
            assertThat(Counters.count(host)).isZero();
        }
    }

    @Test
    void a_state_that_is_too_large_is_refused_and_the_old_one_serves_on() {
        Counters.of("1.0.0")
                .save("if (seen == 2) return Optional.of(new SavedState(1, new byte[SavedState.MOST_BYTES + 1]));")
                .jar()
                .to(folder);
        try (var host = host().start()) {
            call(host, 2);
            PlugbayException refused =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("counter", ReloadOptions.gentle()));
            assertThat(refused.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(refused.detail()).contains("more than the 16777216 that are kept");
            call(host, 1);
            assertThat(Counters.count(host)).isEqualTo(3);
        }
    }

    @Test
    void each_instance_has_a_state_of_its_own_and_hands_over_by_itself() {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = host().start()) {
            host.addInstance("counter", "second", InstanceSpec.of(Map.of()));
            Greeter second = host.extension(Greeter.class, "second");
            call(host, 1);
            second.greet("x");
            second.greet("x");
            host.reload("counter", "second", ReloadOptions.gentle());
            assertThat(host.plugin("counter").orElseThrow().generation()).hasValue(1);
            assertThat(second.greet("count")).isEqualTo("2");
            host.reload("counter", ReloadOptions.gentle());
            assertThat(Counters.count(host)).isEqualTo(1);
            assertThat(second.greet("count")).isEqualTo("2");
        }
        try (var host = host().start()) {
            assertThat(Counters.count(host)).isEqualTo(1);
            assertThat(host.extension(Greeter.class, "second").greet("count")).isEqualTo("2");
        }
    }

    @Test
    void a_change_of_the_configuration_hands_over_too() {
        Counters.of("1.0.0")
                .jar()
                .with("reloadOnConfigChange", true)
                .with("configSchema", Map.of("type", "object", "properties", Map.of("a", Map.of("type", "integer"))))
                .to(folder);
        try (var host = host().start()) {
            call(host, 2);
            host.configure("counter", Map.of("a", 1));
            assertThat(host.plugin("counter").orElseThrow().generation()).hasValue(2);
            assertThat(Counters.count(host)).isEqualTo(2);
        }
    }
}
