package dev.plugbay.runtime;

import java.time.Duration;

/** Waits that an interrupt does not end: what they wait for has to be known. The interrupt is kept for later. */
final class Uninterrupted {
    private Uninterrupted() {}

    /** One wait, for so many nanoseconds at most; for none when the time is over. */
    interface Wait<T, E extends Exception> {
        T within(long nanos) throws InterruptedException, E;
    }

    /** What the wait brought. It is done again with the time that is left whenever it is interrupted. */
    static <T, E extends Exception> T get(Duration limit, Wait<T, E> wait) throws E {
        long end = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.within(Math.max(end - System.nanoTime(), 0));
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits until a thread has ended. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
