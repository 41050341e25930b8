package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all calls of one host share: the thread that watches deadlines, helper threads for what must not hold up anybody, and the watch over what was left
 * open. No thread of it inherits anything from the call in which it is first needed.
 */
final class CallServices implements AutoCloseable {
    private final Supplier<Duration> cancelGrace;
    private final ScheduledThreadPoolExecutor timer;
    private @Nullable Cleaner cleaner; // guarded by this object's monitor; costs a thread, so made when needed

    /** Services whose grace between cancel and interrupt may change while the host runs. */
    CallServices(Supplier<Duration> cancelGrace) {
        this.cancelGrace = cancelGrace;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> thread("plugbay-deadlines", task));
        this.timer.setRemoveOnCancelPolicy(true);
    }

    Duration cancelGrace() {
        return cancelGrace.get();
    }

    /** Runs a short task later on the deadlines' thread. */
    Future<?> later(Duration delay, Runnable task) {
        try {
            return timer.schedule(task, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            throw PlugbayException.of(ErrorCode.UNAVAILABLE, "the host is closed")
                    .build();
        }
    }

    /** As {@link #later}; nothing when the host is closed. */
    @Nullable
    Future<?> laterUnlessClosed(Duration delay, Runnable task) {
        try {
            return later(delay, task);
        } catch (PlugbayException closed) {
            return null;
        }
    }

    /** Runs something that may hang on a thread of its own. */
    Thread aside(String name, Runnable task) {
        Thread thread = thread(name, task);
        thread.start();
        return thread;
    }

    /** Runs {@code action} when {@code object} was collected. The action must not refer to the object. */
    synchronized Cleaner.Cleanable whenCollected(Object object, Runnable action) {
        Cleaner watch = cleaner;
        if (watch == null) {
            watch = Cleaner.create(task -> thread("plugbay-cleaner", task));
            cleaner = watch;
        }
        return watch.register(object, action);
    }

    /** Ends the deadlines' thread; calls under way go on without one. */
    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static Thread thread(String name, Runnable task) {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(task);
        thread.setContextClassLoader(CallServices.class.getClassLoader());
        return thread;
    }
}
