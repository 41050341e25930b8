package dev.plugbay.api;

import java.time.Duration;

/**
 * Timers of one generation. They are staged: what is asked for before the publish begins with it, and the old
 * generation's end in the same step, so no tick is doubled. A run that throws is logged and does not end its timer.
 */
public interface Scheduler {
    /** Runs {@code task} every {@code period}, first after one period; runs of one timer never overlap. */
    Registration every(Duration period, Runnable task);

    /** Runs {@code task} once after {@code delay}. */
    Registration after(Duration delay, Runnable task);
}
