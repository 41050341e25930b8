package dev.plugbay.testkit;

import dev.plugbay.api.Registration;
import dev.plugbay.api.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Time that passes when it is told to.
 *
 * <p>All fields are guarded by this object's monitor; tasks run outside of it, on the thread that advances time.
 */
final class ManualTime implements Scheduler {
    private final Runnable open;
    private final List<Timer> timers = new ArrayList<>();
    private Instant now;
    private long made;

    ManualTime(Instant start, Runnable open) {
        this.now = start;
        this.open = open;
    }

    @Override
    public Registration every(Duration period, Runnable task) {
        if (period.isZero() || period.isNegative()) {
            throw new IllegalArgumentException("period must be longer than zero, not " + period);
        }
        return add(period, Optional.of(period), task);
    }

    @Override
    public Registration after(Duration delay, Runnable task) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative: " + delay);
        }
        return add(delay, Optional.empty(), task);
    }

    private synchronized Registration add(Duration delay, Optional<Duration> period, Runnable task) {
        open.run();
        Timer timer = new Timer(now.plus(delay), made++, period, task);
        timers.add(timer);
        return () -> remove(timer.number());
    }

    private synchronized void remove(long number) {
        timers.removeIf(timer -> timer.number() == number);
    }

    void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + duration);
        }
        Instant end = now().plus(duration);
        List<Throwable> failures = new ArrayList<>();
        for (Optional<Timer> due = nextUntil(end); due.isPresent(); due = nextUntil(end)) {
            try {
                due.get().task().run();
            } catch (RuntimeException | AssertionError e) {
                failures.add(e);
            }
        }
        set(end);
        if (!failures.isEmpty()) {
            AssertionError error = new AssertionError(
                    "a timer's task failed, " + failures.size() + " in all: " + failures.getFirst(),
                    failures.getFirst());
            failures.stream().skip(1).forEach(error::addSuppressed);
            throw error;
        }
    }

    private synchronized Optional<Timer> nextUntil(Instant end) {
        Optional<Timer> next = timers.stream()
                .filter(timer -> !timer.at().isAfter(end))
                .min(Comparator.comparing(Timer::at).thenComparingLong(Timer::number));
        next.ifPresent(timer -> {
            timers.remove(timer);
            now = timer.at();
            timer.period()
                    .ifPresent(period -> timers.add(
                            new Timer(timer.at().plus(period), timer.number(), timer.period(), timer.task())));
        });
        return next;
    }

    synchronized int size() {
        return timers.size();
    }

    synchronized void clear() {
        timers.clear();
    }

    private synchronized Instant now() {
        return now;
    }

    private synchronized void set(Instant instant) {
        now = instant;
    }

    Clock clock() {
        return new ManualClock(this, ZoneOffset.UTC);
    }

    private record Timer(Instant at, long number, Optional<Duration> period, Runnable task) {}

    private static final class ManualClock extends Clock {
        private final ManualTime time;
        private final ZoneId zone;

        ManualClock(ManualTime time, ZoneId zone) {
            this.time = time;
            this.zone = zone;
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new ManualClock(time, other);
        }

        @Override
        public Instant instant() {
            return time.now();
        }
    }
}
