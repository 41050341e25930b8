package dev.plugbay.runtime;

import java.time.Duration;

/**
 * Says to the end of one generation from when on calls are waited for no longer, so that there is time to save what it knows. At first nobody is in a hurry.
 *
 * <p>Shared: written by who closes the host, read by the generation's retirement.
 */
final class Hurry {
    private volatile boolean begun;
    private volatile long end;

    /** Lets calls go on for this long from now. */
    void within(Duration calls) {
        end = System.nanoTime() + calls.toNanos();
        begun = true;
    }

    /** Whether calls are waited for no longer. */
    boolean over() {
        return begun && end - System.nanoTime() <= 0;
    }
}
