package dev.plugbay.runtime;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One timer of a generation: inert until activated, silent from deactivation on.
 *
 * <p>Shared: the host's timer thread triggers, the generation's pool runs. {@code active} is read again on the pool's thread, so a trigger
 * that was under way at the deactivation does not run; {@code busy} keeps runs from overlapping, and is set before {@code active} is read for the last
 * time: who sets that to false and then finds it not busy has silenced it. {@code future} and {@code left} are written under the scope's monitor only. One that
 * is paused goes on with the time that was left, so that one which does not repeat runs exactly once.
 */
final class LentTimer implements Scope.Lent {
    private static final Logger LOG = LoggerFactory.getLogger(LentTimer.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final ScheduledExecutorService clock;
    private final Duration delay;
    private final boolean repeats;
    private final Runnable run;
    private final Executor threads;
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
     * @param threads has the threads that the task runs on
     * @param ended told when a timer that does not repeat has run
     */
    LentTimer(
            ScheduledExecutorService clock,
            Duration delay,
            boolean repeats,
            Runnable run,
            Executor threads,
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
        } catch (Throwable noThread) { // it must not get to the clock, which would never trigger this again
            busy.set(false);
            LOG.error("A timer cannot run now: {}", noThread.toString());
            if (!repeats) {
                triggerAgain();
            }
        }
    }

    /** One that does not repeat is late rather than lost; triggers that come too often find it done, busy or inactive. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void triggerAgain() {
        try {
            clock.schedule(this::trigger, AGAIN.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException hostIsClosed) {
            active = false;
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
