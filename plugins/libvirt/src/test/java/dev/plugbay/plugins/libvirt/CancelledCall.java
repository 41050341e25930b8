package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import dev.plugbay.runtime.Cancellation;
import java.time.Instant;
import java.util.Optional;

/** A call without a host that is cancelled while it runs. */
record CancelledCall(Cancellation cancellation) implements CallContext {
    static void afterMillis(long millis, Runnable work) {
        run(new Cancellation(), millis, work);
    }

    static void run(Cancellation cancellation, long millis, Runnable work) {
        Thread canceller = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(millis);
                cancellation.cancel();
            } catch (InterruptedException e) {
                // The work ended before.
            }
        });
        CallContext before = CurrentCall.bind(new CancelledCall(cancellation));
        try {
            work.run();
        } finally {
            CurrentCall.bind(before);
            canceller.interrupt();
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
        return "test";
    }

    @Override
    public String traceId() {
        return "test";
    }
}
