package dev.plugbay.api;

import java.time.Instant;
import java.util.Optional;

/**
 * The call that the current thread works for. Cancelling sets {@link #cancelled()}, runs what {@link #onCancel} was given, and after
 * a grace interrupts the call's thread.
 */
public interface CallContext {
    /** The current call's context; outside of any call one that is never cancelled and has no deadline. */
    static CallContext current() {
        return CurrentCall.get();
    }

    /** When the call must have ended. */
    Optional<Instant> deadline();

    /** Whether the call was cancelled or its deadline has passed. */
    boolean cancelled();

    /**
     * Does nothing unless the call was cancelled.
     *
     * @throws PluginException {@link ErrorCode#CALL_CANCELLED} or {@link ErrorCode#CALL_TIMEOUT}
     */
    void throwIfCancelled();

    /** Runs {@code action} once when the call is cancelled, at once if it already was; closing forgets it. */
    Registration onCancel(Runnable action);

    /** Who calls: {@code host}, a user's name, or an instance's. */
    String caller();

    /** The trace id that joins the log lines of one request. */
    String traceId();
}
