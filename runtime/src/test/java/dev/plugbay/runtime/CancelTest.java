package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.TestPlugins.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CancelTest {
    private final WorkFixture plugin = new WorkFixture();
    private final CountDownLatch inside = new CountDownLatch(1);
    private Target target;

    @BeforeEach
    void publish() {
        target = plugin.publish();
    }

    @AfterEach
    void close() {
        plugin.close();
    }

    private String in(String what) {
        inside.countDown();
        return what;
    }

    private static PlugbayException failure(Callable<?> work) {
        PlugbayException failure = catchThrowableOfType(PlugbayException.class, work::call);
        assertThat(failure).isNotNull();
        return failure;
    }

    private String call(CallOptions options, String how) throws Exception {
        return HostWork.call(options, () -> plugin.work.eager(how, this::in));
    }

    @Test
    void a_deadline_interrupts_a_call_that_sleeps_and_the_interrupt_ends_with_it() {
        CallOptions options = CallOptions.by("me").timeout(Duration.ofMillis(50));
        PlugbayException failure = failure(() -> HostWork.call(options, () -> plugin.work.block(this::in)));
        assertThat(failure.code()).isEqualTo(ErrorCode.CALL_TIMEOUT);
        assertThat(failure.retryable()).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(target.leases().idle()).isTrue();
    }

    @Test
    void what_is_returned_after_the_deadline_arrives_as_a_timeout() {
        CallOptions options = CallOptions.by("me").timeout(Duration.ofMillis(50));
        assertThat(failure(() -> call(options, "spin")).code()).isEqualTo(ErrorCode.CALL_TIMEOUT);
    }

    @Test
    void an_interrupt_of_ours_never_lands_on_later_code() throws Exception {
        Cancellation cancellation = new Cancellation();
        Thread canceller = Thread.ofVirtual().start(() -> {
            await(inside);
            cancellation.cancel();
        });
        // This call ends because it was interrupted, and leaves the flag set.
        assertThat(call(CallOptions.by("me").cancellation(cancellation), "finish"))
                .isEqualTo("finished");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        canceller.join();
    }

    @Test
    void a_cancel_after_the_end_interrupts_nobody() throws Exception {
        Cancellation cancellation = new Cancellation();
        call(CallOptions.by("me").cancellation(cancellation), "who");
        cancellation.cancel();
        plugin.services.later(Duration.ofMillis(100), () -> {}).get(); // twice the grace: an interrupt would have come
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void an_interrupt_of_somebody_else_stays() throws Exception {
        Thread.currentThread().interrupt();
        assertThat(call(CallOptions.by("me"), "finish")).isEqualTo("finished");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void cancelling_in_the_middle_ends_calls_on_virtual_threads_too() throws Exception {
        Cancellation cancellation = new Cancellation();
        FutureTask<PlugbayException> task = new FutureTask<>(() -> failure(() ->
                HostWork.call(CallOptions.by("me").cancellation(cancellation), () -> plugin.work.block(this::in))));
        Thread.ofVirtual().start(task);
        await(inside);
        List<CallSnapshot> running = target.leases().snapshot();
        assertThat(running).singleElement().satisfies(call -> {
            assertThat(call.what()).isEqualTo("Work.block");
            assertThat(call.cancelled()).isFalse();
        });
        cancellation.cancel();
        assertThat(task.get(10, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.CALL_CANCELLED);
        assertThat(target.leases().awaitIdle(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void a_cancel_action_that_hangs_holds_up_neither_canceller_nor_call() {
        Cancellation cancellation = new Cancellation();
        CallOptions options = CallOptions.by("me").cancellation(cancellation);
        assertThat(failure(() -> HostWork.call(
                                options,
                                () -> plugin.work.eager("hang", registered -> {
                                    cancellation.cancel();
                                    return registered;
                                })))
                        .code())
                .isEqualTo(ErrorCode.CALL_CANCELLED);
        assertThat(target.leases().idle()).isFalse(); // the action itself is still inside, and says so
    }

    @Test
    void a_drain_cancels_what_is_inside() throws Exception {
        FutureTask<PlugbayException> task = new FutureTask<>(() -> failure(() -> plugin.work.block(this::in)));
        Thread.ofPlatform().start(task);
        await(inside);
        plugin.publish();
        assertThat(target.leases().awaitIdle(Duration.ofMillis(20))).isFalse();
        target.leases().cancel(false);
        assertThat(task.get(10, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.CALL_CANCELLED);
        assertThat(target.leases().awaitIdle(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void options_and_context_class_loader_reach_the_plugin_and_end_with_the_call() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        assertThat(call(CallOptions.by("ann").traceId("t-1"), "who")).isEqualTo("ann t-1 plugin:demo#1");
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
        assertThat(plugin.work.eager("who", this::in)).startsWith("host ");
    }

    @Test
    void a_nested_call_inherits_the_deadline_and_names_its_caller() {
        TargetRef outer = new TargetRef("outer", "outer");
        Points.Greeter nested = name -> plugin.work.eager(name, this::in);
        outer.publish(new Target("outer", 1, getClass().getClassLoader()).offer(Points.Greeter.class, "", nested));
        Points.Greeter handle = plugin.handles.handle(Points.Greeter.class, outer, "");
        assertThat(handle.greet("who")).startsWith("outer ");
        CallOptions options = CallOptions.by("me").timeout(Duration.ofMillis(50));
        assertThat(failure(() -> HostWork.call(options, () -> handle.greet("finish")))
                        .code())
                .isEqualTo(ErrorCode.CALL_TIMEOUT);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
