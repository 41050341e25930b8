package dev.plugbay.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * What the calls of one piece of work carry.
 *
 * @param caller who calls
 * @param traceId joins the log lines of one request
 * @param timeout how long each call may take; absent for no deadline
 * @param cancellation cancels them
 */
public record CallOptions(
        String caller, String traceId, Optional<Duration> timeout, Optional<Cancellation> cancellation) {
    /** Calls by {@code caller}, with a new trace id, no deadline and no cancellation. */
    public static CallOptions by(String caller) {
        return new CallOptions(
                caller, UUID.randomUUID().toString().substring(0, 8), Optional.empty(), Optional.empty());
    }

    /** The same with a deadline. */
    public CallOptions timeout(Duration timeout) {
        return new CallOptions(caller, traceId, Optional.of(timeout), cancellation);
    }

    /** The same with a cancellation. */
    public CallOptions cancellation(Cancellation cancellation) {
        return new CallOptions(caller, traceId, timeout, Optional.of(cancellation));
    }

    /** The same with a trace id. */
    public CallOptions traceId(String traceId) {
        return new CallOptions(caller, traceId, timeout, cancellation);
    }
}
