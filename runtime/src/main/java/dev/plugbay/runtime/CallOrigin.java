package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a call comes from, and what it takes over from there: a piece of work of the host with its options, another call (whose deadline, cancellation and trace id
 * go on), or nothing.
 *
 * @param caller who calls
 * @param traceId the trace id, if there is one yet
 * @param deadline when the call must have ended
 * @param outer the call that this one is made in
 * @param cancellable what else cancels it
 */
record CallOrigin(
        String caller,
        @Nullable String traceId,
        @Nullable Instant deadline,
        @Nullable ActiveCall outer,
        @Nullable Cancellable cancellable) {
    private static final CallOrigin HOST = new CallOrigin("host", null, null, null, null);

    /** Something that can cancel a call. */
    interface Cancellable {
        Registration onCancel(Runnable action);
    }

    /** What the thread works for. */
    static CallOrigin of(@Nullable CallContext context) {
        return switch (context) {
            case null -> HOST;
            case ActiveCall call ->
                new CallOrigin(call.instance(), call.traceId(), call.deadline().orElse(null), call, null);
            case HostWork work -> of(work.options());
            default ->
                new CallOrigin(
                        context.caller(), context.traceId(), context.deadline().orElse(null), null, context::onCancel);
        };
    }

    /** What a host asks for. */
    static CallOrigin of(CallOptions options) {
        return new CallOrigin(
                options.caller(),
                options.traceId(),
                options.timeout().map(Instant.now()::plus).orElse(null),
                null,
                options.cancellation().<Cancellable>map(c -> c::onCancel).orElse(null));
    }

    /** The same with a deadline that is not later than {@code timeout} from now. */
    CallOrigin within(Optional<Duration> timeout) {
        if (timeout.isEmpty()) {
            return this;
        }
        Instant end = Instant.now().plus(timeout.get());
        return deadline != null && deadline.isBefore(end)
                ? this
                : new CallOrigin(caller, traceId, end, outer, cancellable);
    }

    /** Joins {@code call} to what cancels it. */
    @Nullable
    Registration link(ActiveCall call) {
        return cancellable == null ? null : cancellable.onCancel(() -> call.cancel(ErrorCode.CALL_CANCELLED));
    }

    /** Time left until the deadline. */
    Duration left() {
        return deadline == null ? Duration.ZERO : Duration.between(Instant.now(), deadline);
    }
}
