package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A piece of work of the host, bound to its thread: the calls that it makes take its options. Itself it has no deadline: each of its calls has.
 *
 * @param options what its calls carry
 * @param behalf whose behalf it is done on, where a plugin called the host
 */
record HostWork(CallOptions options, Behalf behalf) implements CallContext {
    /** Runs {@code work} with {@code options}; what the thread worked for before is bound again afterwards. */
    static <R> R call(CallOptions options, Callable<R> work) throws Exception {
        Behalf behalf = CallOrigin.of(CurrentCall.bound()).behalf();
        CallContext before = CurrentCall.bind(new HostWork(options, behalf));
        try {
            return work.call();
        } finally {
            CurrentCall.bind(before);
        }
    }

    @Override
    public Optional<Instant> deadline() {
        return Optional.empty();
    }

    @Override
    public boolean cancelled() {
        return options.cancellation().map(Cancellation::cancelled).orElse(false);
    }

    @Override
    public void throwIfCancelled() {
        if (cancelled()) {
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the work was cancelled");
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        return options.cancellation().map(c -> c.onCancel(action)).orElse(() -> {});
    }

    @Override
    public String caller() {
        return options.caller();
    }

    @Override
    public String traceId() {
        return options.traceId();
    }
}
