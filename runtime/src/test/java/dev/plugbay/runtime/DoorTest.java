package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.TestPlugins.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoorTest {
    private final Doors doors = new Doors(Duration.ofMillis(20));

    @AfterEach
    void close() {
        doors.close();
    }

    /** A caller that waits at the door. */
    private static CompletableFuture<String> caller(
            boolean virtual, Door door, java.util.concurrent.Callable<String> call) {
        CompletableFuture<String> result = new CompletableFuture<>();
        int before = door.waiting();
        Doors.thread(virtual, () -> {
            try {
                result.complete(call.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        await().until(() -> door.waiting() > before || result.isDone());
        return result;
    }

    private static ErrorCode code(CompletableFuture<String> failed) {
        return failed.handle((value, failure) -> failure instanceof PlugbayException known ? known.code() : null)
                .join();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_call_waits_at_a_closed_door_with_no_lease_and_goes_where_it_opens_to(boolean virtual) {
        TargetRef ref = new TargetRef("demo", "demo");
        Target old = Doors.target("demo", 1, name -> "old");
        ref.publish(old);
        Points.Greeter handle = doors.handle(ref);

        Door door = ref.close();
        CompletableFuture<String> first = caller(virtual, door, () -> handle.greet("x"));
        assertThat(first).isNotDone();
        assertThat(old.leases().idle()).isTrue();
        assertThat(door.seal(() -> true)).isTrue();
        ref.reopen(door);
        assertThat(first.join()).isEqualTo("old");

        Door next = ref.close();
        CompletableFuture<String> second = caller(virtual, next, () -> handle.greet("x"));
        ref.open(next, Doors.target("demo", 2, name -> "new"));
        assertThat(second.join()).isEqualTo("new");
        assertThat(handle.greet("x")).isEqualTo("new");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void who_waits_gets_an_answer_at_its_deadline_at_its_cancellation_and_at_an_interrupt(boolean virtual) {
        TargetRef ref = new TargetRef("demo", "demo");
        ref.publish(Doors.target("demo", 1, name -> "old"));
        Points.Greeter handle = doors.handle(ref);
        Door door = ref.close();

        long begun = System.nanoTime();
        CompletableFuture<String> late = caller(
                virtual,
                door,
                () -> HostWork.call(CallOptions.by("me").timeout(Duration.ofMillis(150)), () -> handle.greet("x")));
        assertThat(code(late)).isEqualTo(ErrorCode.CALL_TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(150), Duration.ofSeconds(30));

        Cancellation cancellation = new Cancellation();
        CompletableFuture<String> cancelled = caller(
                virtual,
                door,
                () -> HostWork.call(CallOptions.by("me").cancellation(cancellation), () -> handle.greet("x")));
        assertThat(cancelled).isNotDone();
        cancellation.cancel();
        assertThat(code(cancelled)).isEqualTo(ErrorCode.CALL_CANCELLED);

        CompletableFuture<Thread> waiting = new CompletableFuture<>();
        AtomicBoolean kept = new AtomicBoolean();
        CompletableFuture<String> interrupted = caller(virtual, door, () -> {
            waiting.complete(Thread.currentThread());
            try {
                return handle.greet("x");
            } finally {
                kept.set(Thread.currentThread().isInterrupted());
            }
        });
        waiting.join().interrupt();
        assertThat(code(interrupted)).isEqualTo(ErrorCode.CALL_CANCELLED);
        assertThat(kept).isTrue();
        assertThat(door.waiting()).isZero();
        ref.reopen(door);
        assertThat(handle.greet("x")).isEqualTo("old");
    }

    @Test
    void the_time_at_the_door_counts_for_the_deadline() throws Exception {
        TargetRef ref = new TargetRef("demo", "demo");
        AtomicReference<Instant> deadline = new AtomicReference<>();
        ref.publish(Doors.target("demo", 1, name -> {
            deadline.set(dev.plugbay.api.CallContext.current().deadline().orElseThrow());
            return "old";
        }));
        Points.Greeter handle = doors.handle(ref);
        Door door = ref.close();
        CompletableFuture<String> call = caller(
                true,
                door,
                () -> HostWork.call(CallOptions.by("me").timeout(Duration.ofSeconds(60)), () -> handle.greet("x")));
        Instant waits = Instant.now(); // it does, so it has its deadline
        await().until(() -> Instant.now().isAfter(waits.plusMillis(300)));
        ref.reopen(door);
        call.get();
        assertThat(deadline.get()).isBeforeOrEqualTo(waits.plusSeconds(60));
    }

    @Test
    void a_call_that_only_reads_passes_and_is_not_waited_for() throws Exception {
        TargetRef ref = new TargetRef("demo", "demo");
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Target old = Doors.target("demo", 1, name -> "old");
        ref.publish(old);
        CallGuard guard = new CallGuard(doors.services);
        Door door = ref.close();
        MethodInfo read = new MethodInfo("read", false, true);
        CompletableFuture<String> reader = CompletableFuture.supplyAsync(
                () -> guard.run(old, read, java.util.Optional.empty(), () -> {
                    reading.countDown();
                    go.await();
                    return "read";
                }),
                Thread::startVirtualThread);
        reading.await();
        assertThat(door.seal(() -> true)).isTrue();
        assertThat(old.leases().idle()).isFalse();
        ref.open(door, Doors.target("demo", 2, name -> "new"));
        go.countDown();
        assertThat(reader.join()).isEqualTo("read");
        assertThat(old.leases().idle()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "executor"})
    void a_call_made_inside_a_call_that_is_inside_passes_through_other_plugins_and_executors_too(String how)
            throws Exception {
        TargetRef a = new TargetRef("a", "a");
        TargetRef b = new TargetRef("b", "b");
        Points.Greeter handleA = doors.handle(a);
        Points.Greeter handleB = doors.handle(b);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Target old = Doors.target("a", 1, name -> {
            if (name.equals("inner")) {
                return "old";
            }
            inside.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return handleB.greet(name);
        });
        a.publish(old);
        b.publish(Doors.target("b", 1, name -> {
            if (name.equals("direct")) {
                return handleA.greet("inner");
            }
            // On another thread, as a lent executor does it: the call that submits is carried on.
            var carried = WorkFor.of(CurrentCall.bound(), Behalf.of(CurrentCall.bound()));
            return CompletableFuture.supplyAsync(
                            () -> {
                                CurrentCall.bind(carried);
                                return handleA.greet("inner");
                            },
                            Thread::startVirtualThread)
                    .join();
        }));
        CompletableFuture<String> outer = CompletableFuture.supplyAsync(() -> handleA.greet(how));
        inside.await();
        Door door = a.close();
        assertThat(door.seal(() -> true)).isFalse();
        closed.countDown();
        assertThat(outer.get()).isEqualTo("old");
        await().until(() -> door.seal(() -> true));
        CompletableFuture<String> outside = caller(true, door, () -> handleB.greet("direct"));
        assertThat(outside).as("the same call from outside waits").isNotDone();
        a.reopen(door);
        assertThat(outside.join()).isEqualTo("old");
    }

    @Test
    void a_generations_own_thread_passes_until_the_door_is_sealed() {
        TargetRef ref = new TargetRef("demo", "demo");
        Target old = Doors.target("demo", 1, name -> "old");
        ref.publish(old);
        Points.Greeter handle = doors.handle(ref);
        Door door = ref.close();
        CurrentCall.bind(OwnWork.of(old));
        try {
            assertThat(handle.greet("x")).isEqualTo("old");
            assertThat(door.seal(() -> true)).isTrue();
            CompletableFuture<String> waits = caller(true, door, () -> {
                CurrentCall.bind(OwnWork.of(old));
                return handle.greet("x");
            });
            assertThat(waits).isNotDone();
            assertThat(door.seal(() -> false)).isFalse();
            assertThat(waits.join()).as("a seal that did not hold lets it pass").isEqualTo("old");
        } finally {
            CurrentCall.bind(null);
            ref.reopen(door);
        }
    }

    @Test
    void a_hook_that_would_wait_for_itself_is_refused_at_once() {
        TargetRef ref = new TargetRef("demo", "demo");
        Target old = Doors.target("demo", 1, name -> "old");
        ref.publish(old);
        Points.Greeter handle = doors.handle(ref);
        Door door = ref.close();
        CurrentCall.bind(new OwnWork(Doors.target("demo", 2, name -> "new").leases(), "demo", true));
        try {
            PlugbayException busy = catchThrowableOfType(PlugbayException.class, () -> handle.greet("x"));
            assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
        } finally {
            CurrentCall.bind(null);
            ref.reopen(door);
        }
    }

    @Test
    void an_object_of_a_generation_that_was_replaced_answers_no_more() {
        TargetRef ref = new TargetRef("demo", "demo");
        Target old = Doors.target("demo", 1, name -> "old");
        ref.publish(old);
        CallGuard guard = new CallGuard(doors.services);
        MethodInfo change = MethodInfo.of("child");
        Door door = ref.close();
        CompletableFuture<String> waits =
                caller(true, door, () -> guard.run(old, change, java.util.Optional.empty(), () -> "changed"));
        assertThat(waits).isNotDone();
        ref.open(door, Doors.target("demo", 2, name -> "new"));
        assertThat(code(waits)).isEqualTo(ErrorCode.UNAVAILABLE);
        PlugbayException gone = catchThrowableOfType(
                PlugbayException.class, () -> guard.run(old, change, java.util.Optional.empty(), () -> "changed"));
        assertThat(gone.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(gone.detail()).contains("was replaced");
    }
}
