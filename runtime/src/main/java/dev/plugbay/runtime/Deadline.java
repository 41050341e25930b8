package dev.plugbay.runtime;

import java.time.Duration;
import java.time.Instant;

/**
 * When a call must have ended. What counts is the time since it was set, whatever becomes of the clock on the wall.
 *
 * @param at when that is by the clock on the wall, as it was when this was set; to be told only
 * @param nanos when that is by {@link System#nanoTime()}
 */
record Deadline(Instant at, long nanos) {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** After this time from now. */
    static Deadline in(Duration time) {
        Duration known = time.compareTo(LONGEST) < 0 ? time : LONGEST;
        return new Deadline(Instant.now().plus(known), System.nanoTime() + known.toNanos());
    }

    /** One that somebody else set. */
    static Deadline at(Instant at) {
        return in(Duration.between(Instant.now(), at));
    }

    /** The time left; not above zero when it has passed. */
    Duration left() {
        return Duration.ofNanos(nanos - System.nanoTime());
    }

    boolean isBefore(Deadline other) {
        return nanos - other.nanos < 0;
    }
}
