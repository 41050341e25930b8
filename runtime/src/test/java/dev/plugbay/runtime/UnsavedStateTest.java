package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.SavedState;
import dev.plugbay.example.Greeter;
import dev.plugbay.example.Reach;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who stops a plugin is told when what it knew could not be kept. */
@Timeout(120)
class UnsavedStateTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    private final AtomicBoolean full = new AtomicBoolean();
    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void disconnect() {
        letGo.countDown();
        Reach.connect(id -> {});
    }

    private HostBuilder host() {
        return Plugins.host(folder).home(home).hotReload(false).store(Stores.of(home, method -> {
            if (full.get() && method.equals("keepState")) {
                throw new PlugbayException(ErrorCode.INSUFFICIENT_STORAGE, "No space is left.");
            }
        }));
    }

    private static void call(PluginHost host, int times) {
        for (int i = 0; i < times; i++) {
            host.extension(Greeter.class, "counter").greet("x");
        }
    }

    /** What a plugin asks for is answered when the test is over, whoever interrupts it. */
    private void hangs(String what) {
        Waits.uninterrupted(letGo);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CALL_FAILED", "HOOK_TIMEOUT", "INSUFFICIENT_STORAGE"})
    void a_stop_that_cannot_keep_the_state_says_why_and_shows_it_until_the_next_start(ErrorCode why) {
        String save = switch (why) {
            case CALL_FAILED -> "if (seen == 3) throw new IllegalStateException(\"not now\");";
            case HOOK_TIMEOUT -> "if (seen == 3) dev.plugbay.example.Reach.host(\"save\");";
            default -> "";
        };
        Counters.of("1.0.0").save(save).jar().to(folder);
        Reach.connect(this::hangs);
        // a hook may take longer than calls are waited for
        try (var host = host().with(settings -> settings.hookTimeout(Duration.ofSeconds(12)))
                .start()) {
            call(host, 2);
            assertThat(host.stop("counter").problem()).isEmpty();
            host.start("counter");
            call(host, 1);
            full.set(why == ErrorCode.INSUFFICIENT_STORAGE);
            PlugbayException told = catchThrowableOfType(PlugbayException.class, () -> host.stop("counter"));
            assertThat(told.code()).isEqualTo(why);
            assertThat(told.detail())
                    .contains("Generation 2 of counter has ended, but its state was not saved")
                    .contains("the one that was kept before");
            assertThat(told.plugin()).hasValue("counter");
            assertThat(told.generation()).hasValue(2);
            assertThat(told.retryable()).isFalse();
            assertThat(told.remedy().orElseThrow()).contains("is lost");
            PluginStatus stopped = host.plugin("counter").orElseThrow();
            assertThat(stopped.state()).isEqualTo(PluginState.STOPPED);
            assertThat(stopped.problem()).hasValue(Problem.of(told));
            assertThat(catchThrowableOfType(PlugbayException.class, () -> host.stop("counter")))
                    .as("asked again, it is not true either")
                    .hasMessage(told.getMessage());
            full.set(false);
            assertThat(host.start("counter").problem()).isEmpty();
            assertThat(Counters.count(host)).isEqualTo(2);
            assertThat(host.stop("counter").problem()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"unload", "unload one", "stop one", "disable", "disable one", "put", "remove one", "remove"})
    void every_command_that_ends_a_generation_says_when_its_state_was_not_kept(String command) {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = host().start()) {
            host.addInstance("counter", "second", InstanceSpec.of(Map.of()));
            host.extension(Greeter.class, "second").greet("x");
            full.set(true);
            PlugbayException told = catchThrowableOfType(PlugbayException.class, () -> {
                switch (command) {
                    case "unload" -> host.unload("counter");
                    case "unload one" -> host.unload("counter", "second");
                    case "stop one" -> host.stop("counter", "second");
                    case "disable" -> host.disable("counter");
                    case "disable one" -> host.disable("counter", "second");
                    case "put" -> host.putInstance("counter", "second", new InstanceSpec(false, Map.of()));
                    case "remove one" -> host.removeInstance("counter", "second", false);
                    default -> host.remove("counter", false);
                }
            });
            assertThat(told).isNotNull();
            assertThat(told.code()).isEqualTo(ErrorCode.INSUFFICIENT_STORAGE);
            assertThat(told.detail()).contains("its state was not saved");
            boolean whole = !command.contains("one") && !command.equals("put");
            assertThat(told.instance()).hasValue(whole ? "counter" : "second");
            full.set(false);
        }
    }

    /** Who asked for the stop was told. */
    @Test
    void what_was_lost_at_an_earlier_stop_is_no_answer_to_a_change_or_a_removal() {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = host().start()) {
            host.addInstance("counter", "second", InstanceSpec.of(Map.of()));
            host.extension(Greeter.class, "second").greet("x");
            full.set(true);
            assertThat(catchThrowableOfType(PlugbayException.class, () -> host.disable("counter", "second")))
                    .hasMessageContaining("its state was not saved");
            full.set(false);
            assertThat(host.putInstance("counter", "second", new InstanceSpec(false, Map.of()))
                            .problem())
                    .as("it is still shown")
                    .isPresent();
            host.removeInstance("counter", "second", false);
            full.set(true);
            assertThat(catchThrowableOfType(PlugbayException.class, () -> host.stop("counter")))
                    .hasMessageContaining("its state was not saved");
            full.set(false);
            host.remove("counter", false);
            assertThat(host.plugins()).isEmpty();
        }
    }

    @Test
    void what_is_removed_with_its_data_has_no_state_to_keep() {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = host().start()) {
            host.addInstance("counter", "second", InstanceSpec.of(Map.of()));
            full.set(true);
            host.removeInstance("counter", "second", true);
            host.remove("counter", true);
            assertThat(host.plugins()).isEmpty();
        }
    }

    /** Who asked for the stop has its answer by then, because the call was a long one. */
    @Test
    void a_state_that_was_lost_when_the_start_after_it_had_begun_is_still_shown() throws Exception {
        Counters.of("1.0.0").reload("overlap").to(folder);
        try (var host = host().start()) {
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
            assertThat(host.stop("counter").problem()).isEmpty();
            CompletableFuture<PluginStatus> starting =
                    CompletableFuture.supplyAsync(() -> host.start("counter"), Thread::startVirtualThread);
            await().until(() -> host.plugin("counter").orElseThrow().state() == PluginState.LOADING);
            full.set(true);
            work.set(false);
            running.join();
            starting.join();
            full.set(false);
            PluginStatus started = host.plugin("counter").orElseThrow();
            assertThat(started.state()).isEqualTo(PluginState.RUNNING);
            assertThat(started.problem().map(Problem::code)).hasValue(ErrorCode.INSUFFICIENT_STORAGE);
            assertThat(host.stop("counter").problem()).isEmpty();
        }
    }

    @Test
    void a_stop_does_not_wait_for_a_long_call_that_only_reads() throws Exception {
        Counters.of("1.0.0").reload("overlap").to(folder);
        try (var host = host().start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            AtomicBoolean watch = new AtomicBoolean(true);
            CompletableFuture<Void> watching = new CompletableFuture<>();
            CompletableFuture<String> running = CompletableFuture.supplyAsync(
                    () -> counter.watch(step -> {
                        watching.complete(null);
                        return watch.get();
                    }),
                    Thread::startVirtualThread);
            watching.get();
            long before = System.nanoTime();
            host.stop("counter");
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .as("calls that are not long are waited for 10 seconds")
                    .isLessThan(Duration.ofSeconds(9));
            assertThat(running).isNotDone();
            watch.set(false);
            running.join();
        }
    }

    @Test
    void a_long_call_on_a_generation_that_was_replaced_keeps_nobody_from_waiting_for_the_state() throws Exception {
        Counters.of("1.0.0").reload("overlap").to(folder);
        CountDownLatch inside = new CountDownLatch(1);
        Reach.connect(last -> {
            inside.countDown();
            java.util.concurrent.locks.LockSupport.parkNanos(300_000_000);
        });
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
            host.reload("counter", ReloadOptions.gentle());
            CompletableFuture<String> last =
                    CompletableFuture.supplyAsync(() -> counter.greet("ask last"), Thread::startVirtualThread);
            inside.await();
            host.stop("counter");
            try (FileHostStore kept = new FileHostStore(home)) {
                assertThat(kept.state("counter")).hasValue(SavedState.ofText(1, "1"));
            }
            assertThat(last.join()).isEqualTo("1");
            work.set(false);
            running.join();
        }
    }

    /** If each were waited for by itself, the second one's call would have been given up by then, and its state saved. */
    @Test
    void the_calls_of_all_instances_are_waited_for_a_few_seconds_together() throws Exception {
        Counters.of("1.0.0").reload("overlap").to(folder);
        CountDownLatch inside = new CountDownLatch(2);
        Reach.connect(stuck -> {
            inside.countDown();
            hangs(stuck);
        });
        try (var host =
                host().with(settings -> settings.drain(Duration.ofSeconds(17))).start()) {
            host.addInstance("counter", "second", InstanceSpec.of(Map.of()));
            for (String instance : new String[] {"counter", "second"}) {
                Greeter counter = host.extension(Greeter.class, instance);
                Thread.startVirtualThread(() -> counter.greet("ask nobody"));
            }
            inside.await();
            host.stop("counter");
            try (FileHostStore kept = new FileHostStore(home)) {
                assertThat(kept.state("second")).isEmpty();
            }
            letGo.countDown();
        }
    }
}
