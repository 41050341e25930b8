package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The executor that a plugin is lent: tasks carry the call that submitted them, and shutting it down shuts only itself.
 *
 * <p>Shared by the plugin's threads. {@code running} is a concurrent map of the tasks that have not ended; who waits for its end waits on it, and is notified when one has left it.
 */
final class LentExecutor extends AbstractExecutorService {
    private final Scope scope;
    private final ExecutorService pool;
    private final OwnWork own;
    private final Map<Runnable, Boolean> running = new ConcurrentHashMap<>();
    private volatile boolean shutdown;

    /** Runs tasks on {@code pool} as work of a generation's own. */
    LentExecutor(Scope scope, ExecutorService pool, OwnWork own) {
        this.scope = scope;
        this.pool = pool;
        this.own = own;
    }

    @Override
    public void execute(Runnable task) {
        scope.requireOpen();
        if (shutdown) {
            throw new RejectedExecutionException("the executor was shut down");
        }
        CallContext submitter = carried(CurrentCall.bound());
        Runnable wrapped = new Runnable() {
            @Override
            public void run() {
                @Nullable CallContext before = CurrentCall.bind(submitter);
                try {
                    task.run();
                } finally {
                    CurrentCall.bind(before);
                    ended(this);
                }
            }
        };
        running.put(wrapped, true);
        try {
            pool.execute(wrapped);
        } catch (Throwable notBegun) { // it is closed, or there is no thread
            ended(wrapped);
            throw notBegun;
        }
    }

    private void ended(Runnable task) {
        running.remove(task);
        synchronized (running) {
            running.notifyAll();
        }
    }

    /** What the task works for: what its submitter did, in any case as work of this generation's own. */
    private CallContext carried(@Nullable CallContext submitter) {
        return submitter == null || submitter instanceof OwnWork
                ? own
                : WorkFor.of(submitter, Behalf.of(submitter).and(own));
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return new ArrayList<>();
    }

    @Override
    public boolean isShutdown() {
        return shutdown || pool.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return isShutdown() && running.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long end = System.nanoTime() + unit.toNanos(timeout);
        synchronized (running) {
            while (!running.isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(running, left);
            }
        }
        return true;
    }
}
