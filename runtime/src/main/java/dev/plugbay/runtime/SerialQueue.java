package dev.plugbay.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order in which they came, on another executor. A task that fails is logged and keeps none of the
 * others from running.
 *
 * <p>Shared: any thread adds; the queue and {@code running} are guarded by this object's monitor, and tasks run outside of it.
 */
final class SerialQueue implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);
    private static final int MOST_EVENTS = 10_000;

    private final Executor executor;
    private final int most;
    private final boolean patient;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean closed;

    private SerialQueue(Executor executor, int most, boolean patient) {
        this.executor = executor;
        this.most = most;
        this.patient = patient;
    }

    /** A queue that runs every task, however many wait: somebody waits for each, and is told at once when it cannot be run. */
    static SerialQueue ofOperations(Executor executor) {
        return new SerialQueue(executor, Integer.MAX_VALUE, false);
    }

    /**
     * A queue in which at most 10 000 tasks wait; then the oldest are dropped, so that a listener that hangs cannot eat the heap. What cannot be run now, for lack of a thread, is
     * run with what comes next.
     */
    static SerialQueue ofEvents(Executor executor) {
        return new SerialQueue(executor, MOST_EVENTS, true);
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (waiting.size() >= most) {
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
        } catch (Throwable noThread) {
            synchronized (this) {
                running = false;
                if (!patient) {
                    waiting.remove(task);
                    throw noThread;
                }
            }
            LOG.error("A task waits, because it cannot be run: {}", noThread.toString());
        }
    }

    /** Whether nothing runs or waits. */
    synchronized boolean idle() {
        return !running;
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
            try {
                next.run();
            } catch (Throwable failure) {
                LOG.error("A task failed: {}", Stacks.text(failure));
            }
        }
    }
}
