package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.PlugbayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order in which calls and a handover look at each other: nobody changes what was saved. */
class DoorOrderTest {
    private final Doors doors = new Doors(Duration.ofMillis(20));

    @AfterEach
    void close() {
        doors.close();
    }

    @Test
    void a_call_that_was_overtaken_between_reading_and_counting_waits() {
        assertThat(overtaken(true)).isEqualTo("open again");
    }

    @Test
    void control_without_the_second_read_the_same_call_changes_what_was_saved() {
        assertThat(overtaken(false)).isEqualTo("after the save");
    }

    private String overtaken(boolean rereads) {
        CountDownLatch over = new CountDownLatch(1);
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
        String[] state = {"open"};
        ref.publish(Doors.target("demo", 1, name -> state[0]));
        inBetween.set(() -> {
            Door door = ref.close();
            assertThat(door.seal(() -> true)).isTrue();
            state[0] = "after the save";
            Doors.thread(true, () -> {
                await().until(() -> door.waiting() > 0 || over.getCount() == 0);
                state[0] = "open again";
                ref.reopen(door);
            });
        });
        String seen = doors.handle(ref).greet("x");
        over.countDown();
        return seen;
    }

    @Test
    void nobody_changes_a_sealed_generation_and_no_wait_outlives_its_deadline_whoever_calls() throws Exception {
        TargetRef a = new TargetRef("a", "a");
        TargetRef b = new TargetRef("b", "b");
        Points.Greeter handleA = doors.handle(a);
        Points.Greeter handleB = doors.handle(b);
        AtomicLong violations = new AtomicLong();
        AtomicLong counted = new AtomicLong();
        AtomicLong answered = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        AtomicLong longest = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        b.publish(Doors.target("b", 1, name -> handleA.greet(name)));
        State current = new State(violations, counted, handleB);
        a.publish(Doors.target("a", 1, current));
        List<Future<?>> callers = new ArrayList<>();
        try (ExecutorService platform = Executors.newFixedThreadPool(4);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                callers.add((i % 2 == 0 ? platform : virtual).submit(() -> {
                    while (!over.get()) {
                        String what = ThreadLocalRandom.current().nextBoolean() ? "leaf" : "nested";
                        boolean throughB = ThreadLocalRandom.current().nextInt(4) == 0;
                        long begun = System.nanoTime();
                        try {
                            HostWork.call(
                                    CallOptions.by("me").timeout(Duration.ofMillis(400)),
                                    () -> (throughB ? handleB : handleA).greet(what));
                            answered.incrementAndGet();
                        } catch (PlugbayException late) {
                            failed.incrementAndGet();
                        }
                        longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
                        LockSupport.parkNanos(1_000);
                    }
                    return over;
                }));
            }
            for (int round = 1; round <= 400; round++) {
                Door door = a.close();
                await().pollInterval(Duration.ofNanos(50_000)).until(() -> door.seal(() -> true));
                State saved = current;
                saved.sealed = true;
                LockSupport.parkNanos(50_000); // long enough for somebody to come
                if (round % 3 == 0) {
                    saved.sealed = false;
                    a.reopen(door);
                } else {
                    current = new State(violations, counted, handleB);
                    a.open(door, Doors.target("a", round + 1, current));
                }
                long before = answered.get();
                await().pollInterval(Duration.ofNanos(50_000)).until(() -> answered.get() > before);
            }
            over.set(true);
            for (Future<?> caller : callers) {
                caller.get();
            }
        }
        assertThat(violations).hasValue(0);
        assertThat(answered.get()).isPositive();
        assertThat(Duration.ofNanos(longest.get())).isLessThan(Duration.ofSeconds(10));
        assertThat(failed.get()).isLessThan(answered.get());
    }

    /** Notices who changes it while it is sealed. */
    private static final class State implements UnaryOperator<String> {
        private final AtomicLong violations;
        private final AtomicLong counted;
        private final Points.Greeter other;
        private volatile boolean sealed;

        State(AtomicLong violations, AtomicLong counted, Points.Greeter other) {
            this.violations = violations;
            this.counted = counted;
            this.other = other;
        }

        @Override
        public String apply(String name) {
            change();
            if (name.equals("nested")) {
                other.greet("leaf");
                change();
            }
            return name;
        }

        private void change() {
            if (sealed) {
                violations.incrementAndGet();
            }
            counted.incrementAndGet();
        }
    }
}
