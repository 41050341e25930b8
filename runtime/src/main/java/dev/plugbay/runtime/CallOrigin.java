package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Registration;
import java.time.Duration;
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
 * @param behalf on whose behalf it is made, which says which doors it passes
 */
record CallOrigin(
        String caller,
        @Nullable String traceId,
        @Nullable Deadline deadline,
        @Nullable ActiveCall outer,
        @Nullable Cancellable cancellable,
        Behalf behalf) {
    private static final CallOrigin HOST = new CallOrigin("host", null, null, null, null, Behalf.NOBODY);

    /** Something that can cancel a call. */
    interface Cancellable {
        Registration onCancel(Runnable action);
    }

    /** What the thread works for. */
    static CallOrigin of(@Nullable CallContext context) {
        return switch (context) {
            case null -> HOST;
            case ActiveCall call ->
                new CallOrigin(call.instance(), call.traceId(), call.limit(), call, null, Behalf.of(call));
            case HostWork work -> of(work.options()).on(work.behalf().pruned());
            case WorkFor work -> of(work.context()).on(work.behalf().pruned());
            case OwnWork own -> new CallOrigin(own.caller(), null, null, null, null, new Behalf(null, own));
            default ->
                new CallOrigin(
                        context.caller(),
                        context.traceId(),
                        context.deadline().map(Deadline::at).orElse(null),
                        null,
                        context::onCancel,
                        Behalf.NOBODY);
        };
    }

    /** What a host asks for. */
    static CallOrigin of(CallOptions options) {
        return new CallOrigin(
                options.caller(),
                options.traceId(),
                options.timeout().map(Deadline::in).orElse(null),
                null,
                options.cancellation().<Cancellable>map(c -> c::onCancel).orElse(null),
                Behalf.NOBODY);
    }

    /** The same on somebody's behalf. */
    CallOrigin on(Behalf other) {
        return other.equals(behalf) ? this : new CallOrigin(caller, traceId, deadline, outer, cancellable, other);
    }

    /** The same with a deadline that is not later than {@code timeout} from now. */
    CallOrigin within(Optional<Duration> timeout) {
        if (timeout.isEmpty()) {
            return this;
        }
        Deadline end = Deadline.in(timeout.get());
        return deadline != null && deadline.isBefore(end)
                ? this
                : new CallOrigin(caller, traceId, end, outer, cancellable, behalf);
    }

    /** Joins {@code call} to what cancels it. */
    @Nullable
    Registration link(ActiveCall call) {
        return cancellable == null ? null : cancellable.onCancel(() -> call.cancel(ErrorCode.CALL_CANCELLED));
    }

    /** Time left until the deadline. */
    Duration left() {
        return deadline == null ? Duration.ZERO : deadline.left();
    }
}
