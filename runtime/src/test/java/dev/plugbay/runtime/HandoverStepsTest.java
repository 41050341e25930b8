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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stops a handover at each of its steps, lets callers come, and lets the step succeed or fail. */
class HandoverStepsTest {
    private static final String TELLING = """
            @Override public void acquire(PluginContext context) { dev.plugbay.example.Reach.host("acquire " + context.generation() + " " + count.get()); }
            @Override public void release(PluginContext context) { dev.plugbay.example.Reach.host("release " + context.generation() + " " + count.get()); }
            @Override public void stop(PluginContext context) { dev.plugbay.example.Reach.host("stop " + context.generation() + " " + count.get()); }
            """;

    @TempDir
    Path folder;

    private final Map<String, String> told = new ConcurrentHashMap<>();
    private volatile String stopAt = "";
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean fails;

    @AfterEach
    void disconnect() {
        Reach.connect(what -> {});
    }

    private static Jars counter(String version) {
        return Counters.of(version)
                .save("dev.plugbay.example.Reach.host(\"save \" + context.generation() + \" \" + seen);")
                .restore("dev.plugbay.example.Reach.host(\"restore \" + context.generation() + \" \" + state.text());")
                .more(TELLING)
                .jar();
    }

    /** At the chosen step: arrives, waits, and fails if it should. */
    private void pass(String step) {
        String[] words = step.split(" ", 2);
        told.put(
                words[0] + (words.length > 1 ? " " + words[1].split(" ", -1)[0] : ""),
                words.length > 1 ? words[1] : "");
        if (!stopAt.isEmpty() && step.startsWith(stopAt)) {
            stopAt = "";
            arrived.countDown();
            try {
                goOn.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException("interrupted");
            }
            if (fails) {
                throw new IllegalStateException("it fails at " + words[0]);
            }
        }
    }

    /** A store that can be stopped, too. */
    private HostStore store() {
        return Stores.of(folder.resolve("home"), method -> {
            if (method.equals("keepState")) {
                pass("keep 1");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"save 1", "release 1", "restore 2", "acquire 2", "keep 1"})
    void callers_that_come_at_any_step_wait_and_are_counted_once_by_the_new_one(String step) throws Exception {
        try (PluginHost host = start()) {
            CompletableFuture<Void> reload = reloadUpTo(host, step);
            List<CompletableFuture<String>> callers = callersWhoWait(host);
            assertThat(reload).isNotDone();
            goOn.countDown();
            reload.join();
            callers.forEach(CompletableFuture::join);
            assertThat(Counters.count(host)).isEqualTo(3 + callers.size());
            await().until(() -> told.containsKey("stop 1"));
            assertThat(told).containsEntry("save 1", "1 3").containsEntry("restore 2", "2 3");
            assertThat(told).as("nothing was counted there after the save").containsEntry("stop 1", "1 3");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"save 1", "release 1", "restore 2", "acquire 2", "keep 1"})
    void a_failure_at_any_step_lets_the_old_one_go_on_and_count_on(String step) throws Exception {
        fails = true;
        try (PluginHost host = start()) {
            CompletableFuture<Void> reload = reloadUpTo(host, step);
            List<CompletableFuture<String>> callers = callersWhoWait(host);
            goOn.countDown();
            PlugbayException rolledBack = (PlugbayException)
                    reload.handle((done, failure) -> failure.getCause()).join();
            assertThat(rolledBack.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(rolledBack.detail())
                    .contains("it fails at " + step.split(" ", -1)[0], "(generation 1) serves on");
            callers.forEach(CompletableFuture::join);
            assertThat(Counters.count(host)).isEqualTo(3 + callers.size());
            PluginStatus status = host.plugin("counter").orElseThrow();
            assertThat(status.generation()).hasValue(1);
            assertThat(status.state()).isEqualTo(PluginState.RUNNING);
            assertThat(status.problem().map(Problem::code)).hasValue(ErrorCode.RELOAD_ROLLED_BACK);
            await().until(() -> told.containsKey("stop 2"));
            assertThat(told.get("stop 2")).as("no call got into the new one").isIn("2 0", "2 3");
            boolean released = !step.startsWith("save");
            assertThat(told.get("acquire 1"))
                    .as("the old one took back what it had released")
                    .isEqualTo(released ? "1 3" : "1 0");
            host.reload("counter", ReloadOptions.gentle());
            assertThat(Counters.count(host)).isEqualTo(3 + callers.size());
            assertThat(host.plugin("counter").orElseThrow().problem()).isEmpty();
        }
    }

    private PluginHost start() {
        counter("1.0.0").to(folder.resolve("plugins"));
        Reach.connect(this::pass);
        PluginHost host = Plugins.host(folder.resolve("plugins"))
                .hotReload(false)
                .store(store())
                .start();
        Greeter counter = host.extension(Greeter.class, "counter");
        for (int i = 0; i < 3; i++) {
            counter.greet("x");
        }
        return host;
    }

    private CompletableFuture<Void> reloadUpTo(PluginHost host, String step) throws InterruptedException {
        stopAt = step;
        CompletableFuture<Void> reload = CompletableFuture.runAsync(
                () -> host.reload("counter", ReloadOptions.gentle()), Thread::startVirtualThread);
        assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
        return reload;
    }

    /** One gives up at its deadline, which is now; those that are answered wait. */
    private static List<CompletableFuture<String>> callersWhoWait(PluginHost host) {
        Greeter counter = host.extension(Greeter.class, "counter");
        PlugbayException late = catchThrowableOfType(
                PlugbayException.class,
                () -> host.call(CallOptions.by("me").timeout(Duration.ofMillis(100)), () -> counter.greet("x")));
        assertThat(late.code()).isEqualTo(ErrorCode.CALL_TIMEOUT);
        assertThat(late.detail()).contains("while it waited for a reload to hand over");
        List<CompletableFuture<String>> callers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            CompletableFuture<String> result = new CompletableFuture<>();
            callers.add(result);
            var builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(builder.start(() -> {
                try {
                    result.complete(counter.greet("x"));
                } catch (Throwable failure) {
                    result.completeExceptionally(failure);
                }
            }));
        }
        await().until(() -> threads.stream()
                .allMatch(thread ->
                        thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING));
        assertThat(callers).noneMatch(CompletableFuture::isDone);
        return callers;
    }

    // --- hangs
    // ---------------------------------------------------------------------------------------------------------

    @Test
    void one_door_is_closed_at_a_time_and_who_waits_for_the_turn_closes_none() throws Exception {
        Counters.of("other", "1.0.0").jar().to(folder.resolve("plugins"));
        try (PluginHost host = start()) {
            Greeter other = host.extension(Greeter.class, "other");
            CompletableFuture<Void> first = reloadUpTo(host, "save 1");
            CompletableFuture<PluginStatus> second = CompletableFuture.supplyAsync(
                    () -> host.reload("other", ReloadOptions.gentle()), Thread::startVirtualThread);
            await().pollInterval(Duration.ofMillis(2))
                    .until(() -> host.call(CallOptions.by("me").timeout(Duration.ofSeconds(5)), () -> other.greet("x"))
                            .equals("100"));
            assertThat(second).isNotDone();
            goOn.countDown();
            first.join();
            assertThat(second.join().generation()).hasValue(2);
            assertThat(other.greet("count")).isEqualTo("100");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"save 1", "release 1", "restore 2", "acquire 2", "keep 1"})
    void a_step_that_hangs_ends_at_the_limit_with_the_old_one_counting_on(String step) throws Exception {
        counter("1.0.0").to(folder.resolve("plugins"));
        Reach.connect(this::pass);
        try (PluginHost host = Plugins.host(folder.resolve("plugins"))
                .hotReload(false)
                .store(store())
                .with(settings -> settings.handoverGap(Duration.ofSeconds(6)))
                .start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            counter.greet("x");
            CompletableFuture<Void> reload = reloadUpTo(host, step);
            CompletableFuture<String> waits =
                    CompletableFuture.supplyAsync(() -> counter.greet("x"), Thread::startVirtualThread);
            PlugbayException rolledBack = (PlugbayException)
                    reload.handle((done, failure) -> failure.getCause()).join();
            assertThat(rolledBack.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(rolledBack.details())
                    .containsEntry("cause", step.startsWith("keep") ? "Unavailable" : "HookTimeout");
            if (!step.startsWith("keep")) {
                assertThat(rolledBack.remedy().orElseThrow())
                        .as("the time that it had was the callers'")
                        .contains("plugins.handoverGap");
            }
            assertThat(waits.join()).isEqualTo("2");
            goOn.countDown();
            assertThat(Counters.count(host)).isEqualTo(2);
        }
    }

    // --- versions that differ ----------------------------------------------------------------------------------------

    @Test
    void a_version_that_does_not_understand_the_state_is_refused_in_words_and_the_old_one_counts_on() {
        Counters.of("1.0.0").jar().to(folder, "counter.jar");
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            counter.greet("x");
            Counters.of("1.1.0")
                    .restore("if (state.version() != 7) throw new PluginException(ErrorCode.UNSUPPORTED,"
                            + " \"this needs a state of version 7, and there is one of version \" + state.version());")
                    .jar()
                    .to(folder, "counter.jar");
            PlugbayException rolledBack =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("counter", ReloadOptions.gentle()));
            assertThat(rolledBack.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(rolledBack.details()).containsEntry("cause", "StartFailed");
            assertThat(rolledBack.detail())
                    .contains("restoreState failed", "this needs a state of version 7, and there is one of version 1");
            assertThat(counter.greet("x")).isEqualTo("2");
            assertThat(host.plugin("counter").orElseThrow().version()).isEqualTo("1.0.0");
            Counters.of("1.2.0").jar().to(folder, "counter.jar");
            host.reload("counter", ReloadOptions.gentle());
            assertThat(counter.greet("x")).isEqualTo("3");
        }
    }

    @Test
    void a_version_that_forgot_about_the_state_is_refused_and_one_that_says_it_does_without_is_not() {
        Counters.of("1.0.0").jar().to(folder, "counter.jar");
        Path home = folder.resolve("home");
        try (var host = Plugins.host(folder).home(home).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            counter.greet("x");
            Counters.stateless("1.1.0", "").to(folder, "counter.jar");
            PlugbayException forgot =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("counter", ReloadOptions.gentle()));
            assertThat(forgot.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(forgot.detail()).contains("1.1.0 has no restoreState for it");
            assertThat(counter.greet("x")).isEqualTo("2");
            Counters.stateless(
                            "1.2.0",
                            "@Override public void restoreState(dev.plugbay.api.PluginContext c, dev.plugbay.api.SavedState s) {}")
                    .to(folder, "counter.jar");
            host.reload("counter", ReloadOptions.gentle());
            assertThat(counter.greet("x")).isEqualTo("1.2.0 greets x");
            Counters.of("1.3.0").jar().to(folder, "counter.jar");
            host.reload("counter", ReloadOptions.gentle());
            assertThat(counter.greet("x"))
                    .as("from one without a state to one with")
                    .isEqualTo("1");
        }
        try (FileHostStore store = new FileHostStore(home)) {
            assertThat(store.state("counter")).hasValue(SavedState.ofText(1, "1"));
            assertThat(store.state("other")).isEqualTo(Optional.empty());
        }
    }
}
