package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;

/** What to tell when the system gives the host no thread for something. */
final class NoThread {
    private NoThread() {}

    /** {@code what} was not begun: a capitalised noun. */
    static PlugbayException.Builder failure(String what, Throwable why) {
        return PlugbayException.of(
                        ErrorCode.UNAVAILABLE,
                        what + " was not begun, because there is no thread for it: " + Failures.describe(why) + ".")
                .remedy(
                        "Let the host have more memory and more threads (ulimit -u, TasksMax of its service), and try again.");
    }
}
