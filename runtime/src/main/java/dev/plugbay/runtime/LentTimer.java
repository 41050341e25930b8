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
 * that was under way at the deactivation does not run; {@code busy} keeps runs from overlapping, and is set before {@code active} is read for the last
 * time: who sets that to false and then finds it not busy has silenced it. {@code future} and {@code left} are written under the scope's monitor only. One that
 * is paused goes on with the time that was left, so that one which does not repeat runs exactly once.
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
    private volatile boolean done;
    private @Nullable ScheduledFuture<?> future;
    private long left;

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
        this.left = delay.toNanos();
    }

    @Override
    public void activate() {
        if (done) {
            return;
        }
        active = true;
        try {
            future = repeats
                    ? clock.scheduleAtFixedRate(this::trigger, left, delay.toNanos(), TimeUnit.NANOSECONDS)
                    : clock.schedule(this::trigger, left, TimeUnit.NANOSECONDS);
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
    public void pause() {
        ScheduledFuture<?> waiting = future;
        left = waiting == null ? left : Math.max(waiting.getDelay(TimeUnit.NANOSECONDS), 0);
        deactivate();
    }

    @Override
    public void resume() {
        activate();
    }

    @Override
    public boolean busy() {
        return busy.get();
    }

    @Override
    public void close() {
        deactivate();
    }

    private void trigger() {
        if (!active || done || !busy.compareAndSet(false, true)) {
            return;
        }
        try {
            threads.execute(this::tick);
        } catch (RejectedExecutionException closed) {
            busy.set(false);
        }
    }

    private void tick() {
        boolean runs = active && !done;
        try {
            if (runs) {
                done = !repeats;
                run.run();
            }
        } finally {
            busy.set(false);
            if (done) {
                ended.accept(this);
            } else if (!runs && !repeats) {
                trigger(); // it may have been resumed meanwhile, and its trigger have found this busy
            }
        }
    }
}
