package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue of operations, on which somebody waits for each task. */
class SerialQueueTest {
    private final AtomicReference<@Nullable Throwable> poverty =
            new AtomicReference<>(new OutOfMemoryError("unable to create native thread"));
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    /** Runs what it is given once it has threads, and lets somebody in before it refuses. */
    private final Executor poor = task -> {
        switch (poverty.get()) {
            case null -> task.run();
            case Error error -> {
                meanwhile.getAndSet(() -> {}).run();
                throw error;
            }
            case RuntimeException rejected -> throw rejected;
            case Throwable other -> throw new IllegalStateException(other);
        }
    };

    @Test
    void a_queue_of_operations_drops_none_and_survives_a_task_that_fails() throws Exception {
        SerialQueue queue = SerialQueue.ofOperations(Thread::startVirtualThread);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(20_000);
        queue.execute(() -> {
            try {
                go.await();
            } catch (InterruptedException never) {
                throw new IllegalStateException(never);
            }
            throw new StackOverflowError("a defect");
        });
        for (int i = 0; i < 20_000; i++) {
            queue.execute(() -> {
                ran.incrementAndGet();
                all.countDown();
            });
        }
        go.countDown();
        assertThat(all.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(20_000);
    }

    @Test
    void who_came_while_there_was_no_thread_is_told_too() {
        SerialQueue queue = SerialQueue.ofOperations(poor);
        List<String> refused = new ArrayList<>();
        meanwhile.set(() -> queue.execute(() -> {}, noThread -> refused.add("second")));
        queue.execute(() -> {}, noThread -> refused.add("first"));
        assertThat(refused).containsExactly("first", "second");
        assertThat(queue.idle()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_queue_that_had_no_thread_goes_on_when_there_is_one(boolean rejected) {
        if (rejected) { // so says a pool of virtual threads that can have no further carrier
            poverty.set(new RejectedExecutionException("Thread limit exceeded"));
        }
        SerialQueue queue = SerialQueue.ofOperations(poor);
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        queue.execute(ran::incrementAndGet, noThread -> refused.incrementAndGet());
        assertThat(refused).hasValue(1);
        poverty.set(null);
        queue.execute(ran::incrementAndGet, noThread -> refused.incrementAndGet());
        assertThat(ran).as("the one that was refused is not run").hasValue(1);
        assertThat(refused).hasValue(1);
    }

    @Test
    void a_request_for_which_there_was_no_thread_does_not_take_the_place_of_later_ones() {
        AtomicInteger ran = new AtomicInteger();
        Requested scan = new Requested("A scan", SerialQueue.ofOperations(poor), ran::incrementAndGet);
        scan.request();
        poverty.set(null);
        scan.request();
        assertThat(ran).hasValue(1);
    }

    @Test
    void an_operation_for_which_there_is_no_thread_is_refused_in_words() {
        Operations operations = new Operations("hello", "second", SerialQueue.ofOperations(poor), () -> {});
        PlugbayException refused = catchThrowableOfType(PlugbayException.class, () -> operations.perform(() -> "done"));
        assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused.instance()).hasValue("second");
        assertThat(refused.detail()).contains("An operation on second was not begun", "unable to create native thread");
        assertThat(refused.remedy().orElseThrow()).contains("ulimit -u");
        poverty.set(null);
        assertThat(operations.perform(() -> "done")).isEqualTo("done");
    }
}
