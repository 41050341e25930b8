package dev.plugbay.testkit;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import dev.plugbay.runtime.Cancellation;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

/** A call without a host, which a {@link Cancellation} cancels. Immutable. */
record ContractCall(Cancellation cancellation) implements CallContext {
    static <T> T run(Cancellation cancellation, Callable<T> work) throws Exception {
        CallContext before = CurrentCall.bind(new ContractCall(cancellation));
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
        return cancellation.cancelled();
    }

    @Override
    public void throwIfCancelled() {
        if (cancelled()) {
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the call was cancelled");
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        return cancellation.onCancel(action);
    }

    @Override
    public String caller() {
        return "contract";
    }

    @Override
    public String traceId() {
        return "contract";
    }
}
