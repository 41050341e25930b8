package dev.plugbay.runtime;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One timer of a generation: inert until activated, silent from deactivation on.
 *
 * <p>Shared: the host's timer thread triggers, the generation's pool runs. {@code active} is read again on the pool's thread, so a trigger
 * that was under way at the deactivation does not run; {@code busy} keeps runs from overlapping. {@code future} is written under the
 * scope's monitor only.
 */
final class LentTimer implements Scope.Lent {
    private final ScheduledExecutorService clock;
    private final Duration delay;
    private final boolean repeats;
    private final Runnable run;
    private final LentThreads threads;
    private final Consumer<LentTimer> ended;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean active;
    private @Nullable ScheduledFuture<?> future;

    /**
     * A timer.
     *
     * @param run runs the task under a lease, with failures handled
     * @param ended told when a timer that does not repeat has run
     */
    LentTimer(
            ScheduledExecutorService clock,
            Duration delay,
            boolean repeats,
            Runnable run,
            LentThreads threads,
            Consumer<LentTimer> ended) {
        if (delay.isNegative() || (repeats && delay.isZero())) {
            throw new IllegalArgumentException("a timer needs a positive time, not " + delay);
        }
        this.clock = clock;
        this.delay = delay;
        this.repeats = repeats;
        this.run = run;
        this.threads = threads;
        this.ended = ended;
    }

    @Override
    public void activate() {
        active = true;
        long nanos = delay.toNanos();
        try {
            future = repeats
                    ? clock.scheduleAtFixedRate(this::trigger, nanos, nanos, TimeUnit.NANOSECONDS)
                    : clock.schedule(this::trigger, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException hostIsClosed) {
            active = false;
        }
    }

    @Override
    public void deactivate() {
        active = false;
        if (future != null) {
            future.cancel(false);
            future = null;
        }
    }

    @Override
    public void close() {
        deactivate();
    }

    private void trigger() {
        if (!active || !busy.compareAndSet(false, true)) {
            return;
        }
        try {
            threads.execute(this::tick);
        } catch (RejectedExecutionException closed) {
            busy.set(false);
        }
    }

    private void tick() {
        try {
            if (active) {
                run.run();
            }
        } finally {
            busy.set(false);
            if (!repeats) {
                ended.accept(this);
            }
        }
    }
}
