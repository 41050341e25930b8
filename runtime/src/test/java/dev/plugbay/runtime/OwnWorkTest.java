package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.TestPlugins.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On whose behalf calls are made, and until when. */
@Timeout(60)
class OwnWorkTest {
    private final Doors doors = new Doors(Duration.ofSeconds(30));
    private final TargetRef ref = new TargetRef("demo", "demo");
    private final Points.Greeter handle = doors.handle(ref);

    @AfterEach
    void close() {
        doors.close();
    }

    private Target publish(UnaryOperator<String> body) {
        Target target = Doors.target("demo", 1, body);
        ref.publish(target);
        return target;
    }

    /** It holds a lease, so a handover waits for it; if it waited at the door, both would wait for the whole gap. */
    @Test
    void what_a_call_does_about_its_cancellation_passes_the_door_of_its_own_plugin() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<String> tidied = new CompletableFuture<>();
        publish(name -> {
            if (name.equals("tidy")) {
                return "tidied";
            }
            CallContext.current().onCancel(() -> tidied.complete(handle.greet("tidy")));
            inside.countDown();
            return tidied.join();
        });
        Cancellation cancellation = new Cancellation();
        CompletableFuture<String> call = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return HostWork.call(
                                CallOptions.by("me").cancellation(cancellation), () -> handle.greet("work"));
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                },
                Thread::startVirtualThread);
        inside.await();
        Door door = ref.close();
        cancellation.cancel();
        assertThat(tidied.get(20, TimeUnit.SECONDS)).isEqualTo("tidied");
        assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("tidied");
        ref.reopen(door);
    }

    /** A plugin whose tasks call and submit tasks, for ever, would otherwise make a chain that grows for ever. */
    @Test
    void a_task_does_not_drag_the_calls_along_that_led_to_it() {
        AtomicReference<CallContext> last = new AtomicReference<>();
        Target target = publish(name -> {
            CallContext submitter = CurrentCall.bound();
            last.set(WorkFor.of(submitter, Behalf.of(submitter)));
            return name;
        });
        for (int i = 0; i < 100; i++) {
            handle.greet("x");
            CurrentCall.bind(last.get()); // the task that the call submitted, which calls again
        }
        try {
            Behalf behalf = CallOrigin.of(last.get()).behalf().and(OwnWork.of(target));
            assertThat(behalf.call()).as("every call has ended").isNull();
        } finally {
            CurrentCall.bind(null);
        }
    }

    @Test
    void a_wait_at_the_door_ends_after_its_time_whatever_the_clock_on_the_wall_says() {
        publish(name -> name);
        Door door = ref.close();
        long now = System.nanoTime();
        // As it is when somebody has set the clock back by an hour meanwhile.
        Deadline deadline = new Deadline(
                Instant.now().plusSeconds(3600), now + Duration.ofMillis(50).toNanos());
        CallOrigin origin = new CallOrigin("me", null, deadline, null, null, Behalf.NOBODY);
        PlugbayException late =
                catchThrowableOfType(PlugbayException.class, () -> door.await(origin, null, MethodInfo.of("greet")));
        assertThat(late.code()).isEqualTo(ErrorCode.CALL_TIMEOUT);
        ref.reopen(door);
    }

    @Test
    void a_call_takes_its_callers_deadline_over() {
        AtomicReference<Instant> seen = new AtomicReference<>();
        publish(name -> {
            seen.set(CallContext.current().deadline().orElseThrow());
            return name.equals("outer") ? handle.greet("inner") : name;
        });
        Instant before = Instant.now();
        try {
            HostWork.call(CallOptions.by("me").timeout(Duration.ofSeconds(100)), () -> handle.greet("outer"));
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
        assertThat(seen.get()).isBetween(before.plusSeconds(99), Instant.now().plusSeconds(100));
    }
}
