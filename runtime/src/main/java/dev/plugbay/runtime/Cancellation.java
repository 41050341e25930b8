package dev.plugbay.runtime;

import dev.plugbay.api.Registration;
import java.util.ArrayList;
import java.util.List;

/**
 * Cancels calls, once and for all.
 *
 * <p>Shared by the canceller and the calls: both fields are guarded by this object's monitor; actions run outside of it.
 */
public final class Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    /** Cancels; a second time does nothing. */
    public void cancel() {
        List<Runnable> toRun;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            toRun = List.copyOf(actions);
            actions.clear();
        }
        toRun.forEach(Runnable::run);
    }

    /** Whether it was cancelled. */
    public synchronized boolean cancelled() {
        return cancelled;
    }

    /** Runs {@code action} when it is cancelled, at once if it already was. */
    public Registration onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                actions.add(action);
                return () -> forget(action);
            }
        }
        action.run();
        return () -> {};
    }

    private synchronized void forget(Runnable action) {
        actions.remove(action);
    }
}
