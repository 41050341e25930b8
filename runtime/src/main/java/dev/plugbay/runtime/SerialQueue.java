package dev.plugbay.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order in which they came, on another executor. A task that fails is logged and keeps none of the
 * others from running.
 *
 * <p>Shared: any thread adds; the queue and {@code running} are guarded by this object's monitor, and tasks run outside of it. Who adds a task while the executor is asked for a
 * thread relies on that thread. So when there is none, all that wait by then are taken out in the step in which {@code running} becomes false, and each is told; or all stay, and
 * are tried again with what comes next, and when somebody asks whether the queue is idle.
 */
final class SerialQueue implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);
    private static final int MOST_EVENTS = 10_000;

    private final Executor executor;
    private final int most;
    private final boolean patient;
    private final Deque<Task> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean starved;
    private boolean closed;

    /** What is to be run, and who is told when it cannot be. */
    private record Task(Runnable work, Consumer<Throwable> refused) {}

    private SerialQueue(Executor executor, int most, boolean patient) {
        this.executor = executor;
        this.most = most;
        this.patient = patient;
    }

    /** A queue that runs every task, however many wait: somebody waits for each, and is told at once when it cannot be run for lack of a thread. */
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
        execute(task, noThread -> {});
    }

    /** Runs a task, or tells why it cannot be run. */
    void execute(Runnable work, Consumer<Throwable> refused) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (waiting.size() >= most) {
                waiting.poll();
            }
            waiting.add(new Task(work, refused));
        }
        begin();
    }

    /** Whether nothing runs or waits; what waits for a thread is tried again. */
    boolean idle() {
        begin();
        synchronized (this) {
            return !running && waiting.isEmpty();
        }
    }

    private void begin() {
        synchronized (this) {
            if (running || waiting.isEmpty()) {
                return;
            }
            running = true;
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException ended) {
            if (patient) {
                close(); // the generation's pool is closed
            } else {
                refuse(ended);
            }
        } catch (Throwable noThread) {
            if (patient) {
                starve(noThread);
            } else {
                refuse(noThread);
            }
        }
    }

    private void refuse(Throwable noThread) {
        List<Task> all;
        synchronized (this) {
            running = false;
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(task -> task.refused().accept(noThread));
    }

    private void starve(Throwable noThread) {
        boolean first;
        synchronized (this) {
            running = false;
            first = !starved;
            starved = true;
        }
        if (first) {
            LOG.error("What is to be told waits for a thread: {}", noThread.toString());
        }
    }

    /** Drops what waits and takes nothing more. */
    synchronized void close() {
        closed = true;
        waiting.clear();
    }

    private void drain() {
        while (true) {
            @Nullable Task next;
            synchronized (this) {
                starved = false;
                next = waiting.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            try {
                next.work().run();
            } catch (Throwable failure) {
                LOG.error("A task failed: {}", Stacks.text(failure));
            }
        }
    }
}
