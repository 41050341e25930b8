package dev.plugbay.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The interrupts of the calls that are nested on one thread, outermost to innermost. A thread has one flag for all of them, and for everybody else.
 *
 * <p>Shared by the calls and their cancellers; guarded by its monitor, which is taken inside of a call's. The flag is cleared when the last call that had it set gives it up, on
 * the thread itself, unless it was set before our first: then it belongs to somebody else and stays.
 */
final class Interrupts {
    /** Of a call that has not begun or has ended. */
    static final Interrupts NONE = new Interrupts(null);

    private final @Nullable Thread thread;
    private int senders;
    private boolean foreign;

    Interrupts(@Nullable Thread thread) {
        this.thread = thread;
    }

    /** Interrupts the thread for one more call. */
    synchronized void send() {
        if (thread == null) {
            return;
        }
        if (senders++ == 0) {
            foreign = thread.isInterrupted();
        }
        thread.interrupt();
    }

    /** Takes the interrupt of one call back; for the thread itself. Whether it was still to be noticed. */
    synchronized boolean takeBack() {
        if (--senders > 0 || foreign) {
            return false;
        }
        return Thread.interrupted();
    }
}
