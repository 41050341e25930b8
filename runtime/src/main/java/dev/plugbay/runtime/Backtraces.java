package dev.plugbay.runtime;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Rids throwables of their backtrace. A host's exception that was made above plugin frames refers to these frames' classes for as long as somebody keeps it; there is no
 * way to clear that, but filling in the stack anew on a thread without such frames replaces it. What {@code getStackTrace} shows stays the same.
 */
final class Backtraces {
    private static final int MANY = 64;

    private Backtraces() {}

    /** Cleans a throwable of the host's with all its causes; waits for it. */
    static void clean(Throwable failure, CallServices services) {
        Thread cleaner = services.aside("plugbay-backtrace", () -> {
            Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            refill(failure, seen);
        });
        Uninterrupted.join(cleaner);
    }

    private static void refill(Throwable failure, Set<Throwable> seen) {
        if (seen.size() >= MANY || !seen.add(failure)) {
            return;
        }
        StackTraceElement[] shown = failure.getStackTrace();
        failure.fillInStackTrace();
        failure.setStackTrace(shown);
        Throwable cause = failure.getCause();
        if (cause != null) {
            refill(cause, seen);
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            refill(suppressed, seen);
        }
    }
}
