package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a generation is lent, over a pause, and when there is no thread for it. */
class LentTest {
    private final List<Runnable> triggers = new ArrayList<>();

    /** A clock that remembers what it should trigger, and does when the test does. */
    private ScheduledExecutorService clock() {
        return (ScheduledExecutorService) Proxy.newProxyInstance(
                LentTest.class.getClassLoader(),
                new Class<?>[] {ScheduledExecutorService.class},
                (proxy, method, arguments) -> {
                    triggers.add((Runnable) arguments[0]);
                    return null;
                });
    }

    private static LentThreads threads(Scope scope) {
        return new LentThreads(
                "test",
                LentTest.class.getClassLoader(),
                scope,
                LoggerFactory.getLogger(LentTest.class),
                new OwnWork(new Leases(), "test", false));
    }

    @Test
    void a_timer_that_does_not_repeat_runs_once_though_it_was_triggered_before_a_pause_and_after_it() {
        Scope scope = new Scope("test");
        LentThreads threads = threads(scope);
        AtomicInteger runs = new AtomicInteger();
        LentTimer timer = new LentTimer(
                clock(), Duration.ofMillis(5), false, runs::incrementAndGet, threads::execute, ended -> {});
        timer.activate();
        synchronized (scope) { // a thread of the pool looks at its scope first, so it does not come to the task yet
            triggers.getFirst().run();
            timer.pause();
            timer.resume();
        }
        await().until(() -> runs.get() == 1 && !timer.busy());
        assertThat(triggers).hasSize(2);
        triggers.getLast().run();
        await().until(() -> !timer.busy());
        assertThat(runs).hasValue(1);
        threads.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_timer_for_which_there_is_no_thread_runs_at_the_next_time_and_is_not_busy_meanwhile(boolean repeats) {
        AtomicBoolean exhausted = new AtomicBoolean(true);
        AtomicInteger runs = new AtomicInteger();
        LentTimer timer = new LentTimer(
                clock(), Duration.ofMillis(5), repeats, runs::incrementAndGet, poor(exhausted), ended -> {});
        timer.activate();
        triggers.getFirst().run(); // a failure would end the clock's repetition
        assertThat(timer.busy()).as("or every handover would wait for it").isFalse();
        exhausted.set(false);
        if (!repeats) {
            assertThat(triggers).as("it asks for another time itself").hasSize(2);
        }
        triggers.getLast().run();
        assertThat(runs).hasValue(1);
        assertThat(timer.busy()).isFalse();
    }

    @Test
    void a_task_for_which_there_is_no_thread_is_refused_and_nobody_waits_for_it() throws Exception {
        ExecutorService poor = Executors.newCachedThreadPool(work -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        LentExecutor executor = new LentExecutor(new Scope("test"), poor, new OwnWork(new Leases(), "test", false));
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(OutOfMemoryError.class);
        executor.shutdown();
        assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isTrue();
        poor.shutdownNow();
    }

    /** Runs what it is given, if there is a thread for it. */
    private static Executor poor(AtomicBoolean exhausted) {
        return task -> {
            if (exhausted.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        };
    }

    @Test
    void one_thing_that_cannot_be_activated_keeps_none_of_the_others() {
        Scope scope = new Scope("test");
        AtomicBoolean activated = new AtomicBoolean();
        scope.lend(() -> new Scope.Lent() {
            @Override
            public void activate() {
                throw new OutOfMemoryError("unable to create native thread");
            }

            @Override
            public void close() {}
        });
        scope.lend(() -> new Scope.Lent() {
            @Override
            public void activate() {
                activated.set(true);
            }

            @Override
            public void close() {}
        });
        scope.publish();
        assertThat(activated).isTrue();
        assertThat(scope.active()).isTrue();
    }

    @Test
    void an_event_for_which_there_is_no_thread_is_told_later_and_to_the_others_at_once() {
        AtomicBoolean exhausted = new AtomicBoolean(true);
        EventHub hub = new EventHub();
        List<String> poor = new ArrayList<>();
        List<String> other = new ArrayList<>();
        var subscriber = hub.subscribe(poor(exhausted), event -> poor.add(event.type()), false);
        hub.subscribe(Runnable::run, event -> other.add(event.type()));
        hub.publish(event("one"));
        assertThat(other).containsExactly("one");
        assertThat(poor).isEmpty();
        exhausted.set(false);
        hub.publish(event("two"));
        assertThat(poor).containsExactly("one", "two");
        assertThat(subscriber.busy()).isFalse();
    }

    /** A handover that passed over it would publish, and the event be told to neither generation. */
    @Test
    void an_event_that_waits_for_a_thread_keeps_a_handover_waiting_which_has_it_told() {
        AtomicBoolean exhausted = new AtomicBoolean(true);
        EventHub hub = new EventHub();
        List<String> told = new ArrayList<>();
        var subscriber = hub.subscribe(poor(exhausted), event -> told.add(event.type()), false);
        hub.publish(event("one"));
        assertThat(subscriber.busy()).isTrue();
        exhausted.set(false);
        assertThat(subscriber.busy()).isFalse();
        assertThat(told).containsExactly("one");
    }

    private static HostEvent event(String type) {
        return new HostEvent(
                type,
                java.time.Instant.EPOCH,
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                java.util.OptionalInt.empty(),
                java.util.Map.of());
    }
}
