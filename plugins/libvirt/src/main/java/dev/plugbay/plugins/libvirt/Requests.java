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

/**
 * Asks libvirt on behalf of callers, none of whom waits longer than it must: a question is asked on a lent thread, for a call into C can neither be interrupted nor
 * abandoned. The caller leaves at its deadline or when it is cancelled; the thread follows when libvirt answers, or when it is given up as dead.
 *
 * <p>Shared by all callers. Only so many questions are asked at once: libvirtd itself works on five of a connection, and a daemon that hangs shall not collect threads.
 */
final class Requests {
    private static final int AT_ONCE = 8;

    private final Connector connector;
    private final Executor executor;
    private final Semaphore free = new Semaphore(AT_ONCE, true);

    Requests(Connector connector, Executor executor) {
        this.connector = connector;
        this.executor = executor;
    }

    /**
     * Does some work with libvirt.
     *
     * @param what what is asked, as in "libvirt did not ... within 15 s"
     * @param limit how long it may take; the current call's deadline may be nearer
     * @throws PluginException what the work failed with; {@link ErrorCode#UNAVAILABLE} without a connection; {@link ErrorCode#CALL_TIMEOUT}, {@link ErrorCode#CALL_CANCELLED}
     */
    <T> T ask(String what, Duration limit, Connection.Work<T> work) {
        CallContext call = CallContext.current();
        call.throwIfCancelled();
        long end = System.nanoTime() + shorter(limit, call).toNanos();
        try {
            if (!free.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw late(what, limit, call);
            }
        } catch (InterruptedException e) {
            throw interrupted(call);
        }
        FutureTask<T> task = new FutureTask<>(() ->
                connector.connection(Duration.ofNanos(end - System.nanoTime())).use(work));
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
        return await(task, end, what, limit, call);
    }

    private static <T> T await(FutureTask<T> task, long end, String what, Duration limit, CallContext call) {
        try (Registration _ = call.onCancel(() -> task.cancel(false))) {
            return task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            task.cancel(false); // when it has not begun yet, it never will
            throw late(what, limit, call);
        } catch (CancellationException e) {
            call.throwIfCancelled();
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the call was cancelled");
        } catch (InterruptedException e) {
            task.cancel(false);
            throw interrupted(call);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException("asking libvirt failed", e.getCause());
        }
    }

    private static Duration shorter(Duration limit, CallContext call) {
        return call.deadline()
                .map(deadline -> Duration.between(Instant.now(), deadline))
                .filter(left -> left.compareTo(limit) < 0)
                .orElse(limit);
    }

    private static PluginException late(String what, Duration limit, CallContext call) {
        call.throwIfCancelled();
        return new PluginException(
                ErrorCode.CALL_TIMEOUT,
                "libvirt did not " + what + " in time (" + limit.toSeconds() + " s at most): it is busy or hangs",
                true);
    }

    private static PluginException interrupted(CallContext call) {
        Thread.currentThread().interrupt();
        call.throwIfCancelled();
        return new PluginException(ErrorCode.CALL_CANCELLED, "the call was interrupted");
    }
}
