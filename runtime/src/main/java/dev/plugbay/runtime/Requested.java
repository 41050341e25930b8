package dev.plugbay.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task soon after it was asked for, in a queue; requests that come before it begins are one.
 *
 * <p>Shared: anybody asks. {@code requested} is set by who puts the task into the queue, and taken back when it begins, before it looks at anything, or when there is no thread for
 * it: then the next request is the next attempt.
 */
final class Requested {
    private static final Logger LOG = LoggerFactory.getLogger(Requested.class);

    private final String what;
    private final SerialQueue queue;
    private final Runnable task;
    private final AtomicBoolean requested = new AtomicBoolean();

    /**
     * A task that nobody has asked for.
     *
     * @param what what it is, for the log: a capitalised noun
     */
    Requested(String what, SerialQueue queue, Runnable task) {
        this.what = what;
        this.queue = queue;
        this.task = task;
    }

    /** Lets it run, without waiting for it. */
    void request() {
        if (requested.compareAndSet(false, true)) {
            queue.execute(
                    () -> {
                        requested.set(false);
                        task.run();
                    },
                    noThread -> {
                        requested.set(false);
                        LOG.error("{} waits for the next request: {}", what, noThread.toString());
                    });
        }
    }
}
