package dev.plugbay.cloud;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import java.time.Instant;
import java.util.Optional;

/** A call that tests cancel; bound to the thread until closed. */
final class TestCall implements CallContext, AutoCloseable {
    private volatile boolean cancelled;

    static TestCall begin() {
        TestCall call = new TestCall();
        CurrentCall.bind(call);
        return call;
    }

    void cancel() {
        cancelled = true;
    }

    @Override
    public Optional<Instant> deadline() {
        return Optional.empty();
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public void throwIfCancelled() {
        if (cancelled) {
            throw new PluginException(ErrorCode.CALL_CANCELLED, "cancelled by the test");
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        return () -> {};
    }

    @Override
    public String caller() {
        return "test";
    }

    @Override
    public String traceId() {
        return "";
    }

    @Override
    public void close() {
        CurrentCall.bind(null);
    }
}
