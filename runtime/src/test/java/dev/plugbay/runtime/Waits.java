package dev.plugbay.runtime;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How plugins of tests hang. */
final class Waits {
    private Waits() {}

    /** Until the test lets go, whoever interrupts it. */
    static void uninterrupted(CountDownLatch letGo) {
        boolean inTime = Uninterrupted.get(Duration.ofMinutes(5), nanos -> letGo.await(nanos, TimeUnit.NANOSECONDS));
        if (!inTime) {
            throw new IllegalStateException("the test does not let go");
        }
    }
}
