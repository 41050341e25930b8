package dev.plugbay.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long a host that closes waits for its plugins: as its settings say, or within a time in all.
 *
 * @param end when the time is over, by {@link System#nanoTime()}; absent for none
 * @param mostDrain how long ordinary calls may go on
 * @param mostCalls how long calls that were cancelled may go on
 * @param mostRest how long what was cancelled, and the hooks after it, may take
 */
record Patience(Optional<Long> end, Duration mostDrain, Duration mostCalls, Duration mostRest) {
    static Patience of(Optional<Duration> limit, HostSettings settings) {
        return new Patience(
                limit.map(time -> System.nanoTime() + time.toNanos()),
                settings.drain(),
                settings.cancelGrace().multipliedBy(2).plusSeconds(1),
                settings.hookTimeout()
                        .multipliedBy(2)
                        .plus(settings.cancelGrace().multipliedBy(3)));
    }

    /** One part of what is left from now, of so many equal ones; what a part does not use is there for the next. */
    Patience share(int parts) {
        return new Patience(
                left().map(left -> System.nanoTime() + left.toNanos() / parts), mostDrain, mostCalls, mostRest);
    }

    /** How long calls may go on from now, so that they can be cancelled and hooks run afterwards. */
    Duration drain() {
        return left().map(left -> shorter(left.dividedBy(2), mostDrain)).orElse(mostDrain);
    }

    /** How long calls that are cancelled now may go on, so that hooks can be run afterwards. */
    Duration calls() {
        return left().map(left -> shorter(left.dividedBy(2), mostCalls)).orElse(mostCalls);
    }

    /** How long to wait for the rest from now. */
    Duration rest() {
        return left().map(left -> shorter(left, mostRest)).orElse(mostRest);
    }

    /** Waits for an operation to end, however it does. */
    void await(CompletableFuture<?> operation) {
        CompletableFuture<?> over = operation.handle((done, shownAsProblem) -> true);
        Optional<Duration> left = left();
        if (left.isEmpty()) {
            over.join();
            return;
        }
        try {
            over.get(left.get().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException goOn) {
            // The process ends without it.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Duration> left() {
        return end.map(at -> Duration.ofNanos(Math.max(0, at - System.nanoTime())));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
