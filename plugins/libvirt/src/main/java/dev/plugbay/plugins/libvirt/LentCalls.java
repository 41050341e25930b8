package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Does work that may block in the system or in C on lent threads, for callers none of whom waits longer than it must: such work can neither be interrupted nor abandoned, and on a caller's own
 * thread, a virtual one, it would keep a processor from everybody else. The caller leaves at its deadline or when it is cancelled; the thread follows when the work ends.
 *
 * <p>Shared by all callers. Only so much is done at once: what hangs shall not collect threads.
 */
final class LentCalls {
    private final Executor executor;
    private final Semaphore free;

    LentCalls(Executor executor, int atOnce) {
        this.executor = executor;
        this.free = new Semaphore(atOnce, true);
    }

    /**
     * Does some work.
     *
     * @param late what is said when it takes too long, as in "libvirt did not answer"
     * @param limit how long it may take; the current call's deadline may be nearer
     * @param work what is done, given the time that is left for it
     * @throws PluginException what the work failed with; {@link ErrorCode#CALL_TIMEOUT}, {@link ErrorCode#CALL_CANCELLED}
     */
    <T> T run(String late, Duration limit, Function<Duration, T> work) {
        CallContext call = CallContext.current();
        call.throwIfCancelled();
        long end = System.nanoTime() + shorter(limit, call).toNanos();
        try {
            if (!free.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw late(late, limit, call);
            }
        } catch (InterruptedException e) {
            throw interrupted(call);
        }
        FutureTask<T> task = new FutureTask<>(() -> work.apply(Duration.ofNanos(end - System.nanoTime())));
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } finally {
                    free.release();
                }
            });
        } catch (RuntimeException e) { // its executor lends nothing any more
            free.release();
            throw new PluginException(ErrorCode.UNAVAILABLE, "the plugin was stopped");
        }
        return await(task, end, late, limit, call);
    }

    private static <T> T await(FutureTask<T> task, long end, String late, Duration limit, CallContext call) {
        try (Registration _ = call.onCancel(() -> task.cancel(false))) {
            return task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            task.cancel(false); // when it has not begun yet, it never will
            throw late(late, limit, call);
        } catch (CancellationException e) {
            call.throwIfCancelled();
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the call was cancelled");
        } catch (InterruptedException e) {
            task.cancel(false);
            throw interrupted(call);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException("work on a lent thread failed", e.getCause());
        }
    }

    private static Duration shorter(Duration limit, CallContext call) {
        return call.deadline()
                .map(deadline -> Duration.between(Instant.now(), deadline))
                .filter(left -> left.compareTo(limit) < 0)
                .orElse(limit);
    }

    private static PluginException late(String late, Duration limit, CallContext call) {
        call.throwIfCancelled();
        return new PluginException(
                ErrorCode.CALL_TIMEOUT,
                late + " in time (" + limit.toSeconds() + " s at most): it is busy or hangs",
                true);
    }

    private static PluginException interrupted(CallContext call) {
        Thread.currentThread().interrupt();
        call.throwIfCancelled();
        return new PluginException(ErrorCode.CALL_CANCELLED, "the call was interrupted");
    }
}
