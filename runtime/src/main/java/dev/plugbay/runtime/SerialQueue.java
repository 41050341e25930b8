package dev.plugbay.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after the other, in the order in which they came, on another executor.
 *
 * <p>Shared: any thread adds; the queue and {@code running} are guarded by this object's monitor, and tasks run outside of it. At most
 * {@value #MOST} tasks wait; then the oldest are dropped, so that a listener that hangs cannot eat the heap.
 */
final class SerialQueue implements Executor {
    private static final int MOST = 10_000;

    private final Executor executor;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean closed;

    SerialQueue(Executor executor) {
        this.executor = executor;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (waiting.size() >= MOST) {
                waiting.poll();
            }
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException ended) {
            close();
        }
    }

    /** Drops what waits and takes nothing more. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }

    private void drain() {
        while (true) {
            @Nullable Runnable next;
            synchronized (this) {
                next = waiting.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            next.run();
        }
    }
}
