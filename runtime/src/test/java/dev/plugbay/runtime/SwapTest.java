package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.runtime.TestPlugins.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SwapTest {
    private final CallServices services = new CallServices(() -> Duration.ofMillis(50));
    private final HandleFactory handles = new HandleFactory(new CallGuard(services));

    @AfterEach
    void close() {
        services.close();
    }

    /** Says whether it was called after it was closed. */
    private static final class Door implements Points.Greeter {
        private volatile boolean closed;
        private volatile boolean called;

        @Override
        public String greet(String name) {
            called = true;
            return closed ? "closed" : name;
        }
    }

    private static Target target(int generation, Door door) {
        return new Target("demo", generation, SwapTest.class.getClassLoader()).offer(Points.Greeter.class, "", door);
    }

    @Test
    void no_call_reaches_a_closed_generation_however_often_it_is_swapped() throws Exception {
        TargetRef ref = new TargetRef("demo", "demo");
        Door door = new Door();
        Target current = target(1, door);
        ref.publish(current);
        Points.Greeter handle = handles.handle(Points.Greeter.class, ref, "");
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong calls = new AtomicLong();
        AtomicLong wrong = new AtomicLong();
        List<Future<?>> callers = new ArrayList<>();
        try (ExecutorService platform = Executors.newFixedThreadPool(4);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                callers.add((i % 2 == 0 ? platform : virtual).submit(() -> {
                    while (!over.get()) {
                        if (!handle.greet("x").equals("x")) {
                            wrong.incrementAndGet();
                        }
                        if (calls.incrementAndGet() % 256 == 0) {
                            LockSupport.parkNanos(1_000); // eight callers share few processors
                        }
                    }
                }));
            }
            for (int generation = 2; generation <= 1000; generation++) {
                while (!door.called) {
                    LockSupport.parkNanos(10_000); // so that each swap has calls to overtake
                }
                Door next = new Door();
                Target target = target(generation, next);
                ref.publish(target);
                current.leases().close();
                assertThat(current.leases().awaitIdle(Duration.ofSeconds(10))).isTrue();
                door.closed = true;
                door = next;
                current = target;
            }
            over.set(true);
            for (Future<?> caller : callers) {
                caller.get();
            }
        }
        assertThat(wrong).hasValue(0);
        assertThat(calls.get()).isGreaterThan(1000);
    }

    @Test
    void a_call_that_was_overtaken_between_reading_and_counting_goes_to_the_new_generation() {
        assertThat(overtaken(true)).isEqualTo("x");
    }

    @Test
    void control_without_the_second_read_the_same_call_reaches_the_closed_generation() {
        assertThat(overtaken(false)).isEqualTo("closed");
    }

    private String overtaken(boolean rereads) {
        AtomicReference<Runnable> inBetween = new AtomicReference<>(() -> {});
        TargetRef ref = new TargetRef("demo", "demo") {
            @Override
            void beforeCount() {
                inBetween.getAndSet(() -> {}).run();
            }

            @Override
            boolean unchanged(Binding read) {
                return !rereads || super.unchanged(read);
            }
        };
        Door old = new Door();
        Target first = target(1, old);
        ref.publish(first);
        inBetween.set(() -> {
            ref.publish(target(2, new Door()));
            assertThat(first.leases().idle()).isTrue();
            old.closed = true;
        });
        return handles.handle(Points.Greeter.class, ref, "").greet("x");
    }
}
