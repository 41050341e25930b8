package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoverTest {
    @TempDir
    Path folder;

    /** What callers saw, and what the plugin counted. */
    private record Outcome(long answered, long counted, List<String> failures) {}

    @Test
    void a_count_is_exact_over_a_hundred_reloads_under_eight_callers() throws Exception {
        Outcome outcome = countThrough("handover", 100);
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.counted()).isEqualTo(outcome.answered());
    }

    @Test
    void control_by_overlap_the_same_count_is_not_exact() throws Exception {
        Outcome outcome = countThrough("overlap", 100);
        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.counted()).isLessThan(outcome.answered());
    }

    private Outcome countThrough(String mode, int reloads) throws Exception {
        Counters.of("1.0.0").reload(mode).to(folder);
        try (var host = Plugins.patient(folder).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong answered = new AtomicLong();
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                var builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
                String what = i < 4 ? "slow" : "x";
                callers.add(builder.start(() -> {
                    while (!stop.get()) {
                        try {
                            counter.greet(what); // a slow one is inside when the door closes
                            answered.incrementAndGet();
                        } catch (RuntimeException failure) {
                            failures.add(failure.toString());
                        }
                        java.util.concurrent.locks.LockSupport.parkNanos(1_000); // eight callers share few processors
                    }
                }));
            }
            try {
                for (int i = 0; i < reloads; i++) {
                    long before = answered.get();
                    await().pollInterval(Duration.ofMillis(1)).until(() -> answered.get() > before + 8);
                    host.reload("counter", ReloadOptions.gentle());
                }
            } finally {
                stop.set(true);
                for (Thread caller : callers) {
                    caller.join();
                }
            }
            assertThat(host.plugin("counter").orElseThrow().generation()).hasValue(reloads + 1);
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("counter"))
                        .isNotEmpty()
                        .allMatch(verdict -> verdict.outcome() == UnloadVerdict.Outcome.RELEASED);
            });
            return new Outcome(answered.get(), Counters.count(host), List.copyOf(failures));
        }
    }

    @Test
    void the_event_tells_how_long_callers_had_to_wait() {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Queue<HostEvent> events = new ConcurrentLinkedQueue<>();
            host.onEvent(events::add);
            host.reload("counter", ReloadOptions.gentle());
            await().until(() -> events.stream().anyMatch(event -> event.type().equals("plugin.reloaded")));
            HostEvent reloaded = events.stream()
                    .filter(event -> event.type().equals("plugin.reloaded"))
                    .findFirst()
                    .orElseThrow();
            assertThat((Long) reloaded.data().get("gapMillis")).isBetween(0L, 10_000L);
        }
    }

    @Test
    void a_changed_file_waits_for_a_long_call_with_the_door_open_and_is_taken_up_when_it_has_ended() throws Exception {
        Counters.of("1.0.0").jar().to(folder, "counter.jar");
        try (var host = Plugins.host(folder).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            AtomicBoolean work = new AtomicBoolean(true);
            CompletableFuture<String> longCall = longCall(counter, work);
            Counters.of("1.1.0").jar().to(folder, "counter.jar");
            await().untilAsserted(() -> assertThat(
                            host.plugin("counter").orElseThrow().problem().map(Problem::code))
                    .hasValue(ErrorCode.BUSY));
            assertThat(counter.greet("x")).isEqualTo("1");
            PlugbayException busy =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("counter", ReloadOptions.gentle()));
            assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(busy.detail()).contains("Greeter.work");
            assertThat(busy.remedy().orElseThrow()).contains("--cancel-running");
            assertThat(counter.greet("x")).isEqualTo("2");
            work.set(false);
            assertThat(longCall.join()).isEqualTo("3");
            await().until(() -> host.plugin("counter").orElseThrow().version().equals("1.1.0"));
            assertThat(counter.greet("x")).isEqualTo("4");
            await().untilAsserted(() ->
                    assertThat(host.plugin("counter").orElseThrow().problem()).isEmpty());
        }
    }

    @Test
    void a_long_call_is_cancelled_when_that_is_asked_for() throws Exception {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            CompletableFuture<String> longCall = longCall(counter, new AtomicBoolean(true));
            assertThat(host.reload("counter", new ReloadOptions(true)).generation())
                    .hasValue(2);
            assertThat(longCall.handle((done, failure) -> failure.getCause()).join())
                    .isInstanceOfSatisfying(PlugbayException.class, cancelled -> {
                        assertThat(cancelled.code()).isEqualTo(ErrorCode.CALL_CANCELLED);
                        assertThat(cancelled.generation()).hasValue(1);
                    });
            assertThat(counter.greet("x")).isEqualTo("1");
            assertThat(longCall(counter, new AtomicBoolean()).join())
                    .as("later calls are not meant")
                    .isEqualTo("2");
        }
    }

    private static CompletableFuture<String> longCall(Greeter counter, AtomicBoolean work) throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CompletableFuture<String> call = CompletableFuture.supplyAsync(
                () -> counter.work(step -> {
                    working.countDown();
                    return work.get();
                }),
                Thread::startVirtualThread);
        working.await();
        return call;
    }

    @Test
    void what_a_call_left_open_is_waited_for_within_the_gap_and_then_the_old_one_goes_on() throws Exception {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = Plugins.host(folder)
                .hotReload(false)
                .with(settings -> settings.handoverGap(Duration.ofMillis(300)))
                .start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            try (var stream = counter.stream()) {
                PlugbayException refused = catchThrowableOfType(
                        PlugbayException.class, () -> host.reload("counter", ReloadOptions.gentle()));
                assertThat(refused.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
                assertThat(refused.details()).containsEntry("cause", "LimitExceeded");
                assertThat(refused.detail()).contains("300ms", "stream from Greeter.stream");
                assertThat(stream.read()).isZero();
                assertThat(counter.greet("x")).isEqualTo("1");
            }
            host.apply(host.settings().toBuilder()
                    .handoverGap(Duration.ofSeconds(10))
                    .build());
            assertThat(host.reload("counter", ReloadOptions.gentle()).generation())
                    .hasValue(3);
            assertThat(counter.greet("x")).isEqualTo("2");
        }
    }

    @Test
    void timers_and_events_pass_from_one_generation_to_the_next_without_one_that_is_lost_or_doubled() {
        String counting = """
                @Override public void start(PluginContext context) {
                    context.events().subscribe("probe.*", event -> count.incrementAndGet());
                    context.scheduler().every(java.time.Duration.ofMillis(3), () ->
                        context.events().publish("tick", java.util.Map.of("generation", context.generation())));
                }
                """;
        Counters.of("1.0.0").more(counting).jar().to(folder);
        Jars probe = Plugins.main("probe", "1.0.0", """
                        @Override public void start(dev.plugbay.api.PluginContext context) {
                            context.scheduler().every(java.time.Duration.ofMillis(1), () -> {
                                sent.incrementAndGet();
                                context.events().publish("sent", java.util.Map.of());
                            });
                        }
                        static final java.util.concurrent.atomic.AtomicLong sent = new java.util.concurrent.atomic.AtomicLong();
                        @Override public void stop(dev.plugbay.api.PluginContext context) {
                            dev.plugbay.example.Reach.host("" + sent.get());
                        }
                        """).host("schedule", "events");
        Queue<Integer> ticks = new ConcurrentLinkedQueue<>();
        AtomicLong sent = new AtomicLong(-1);
        dev.plugbay.example.Reach.connect(text -> sent.set(Long.parseLong(text)));
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            host.onEvent(event -> {
                if (event.type().equals("counter.tick")) {
                    ticks.add((Integer) event.data().get("generation"));
                }
            });
            // only now: plugins that do not require each other start at the same time, and the first would send what
            // the second is not there to hear
            host.install(probe.to(folder.resolve("later")), false);
            for (int i = 0; i < 30; i++) {
                int now = ticks.size();
                await().until(() -> ticks.size() > now);
                host.reload("counter", ReloadOptions.gentle());
            }
            host.stop("probe");
            await().until(() -> sent.get() >= 0);
            await().untilAsserted(() -> assertThat(Counters.count(host)).isEqualTo(sent.get()));
            assertThat(List.copyOf(ticks)).isSorted();
        } finally {
            dev.plugbay.example.Reach.connect(id -> {});
        }
    }
}
