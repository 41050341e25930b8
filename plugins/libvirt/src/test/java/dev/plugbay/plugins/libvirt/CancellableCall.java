package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A call that a test cancels. */
final class CancellableCall implements CallContext {
    private final List<Runnable> actions = new CopyOnWriteArrayList<>();
    private volatile boolean cancelled;
    private volatile Optional<PluginException> failure = Optional.empty();

    /** What a thread is to run, so that the work is part of this call. */
    Runnable running(Supplier<Optional<PluginException>> work) {
        return () -> {
            CallContext before = CurrentCall.bind(this);
            try {
                failure = work.get();
            } finally {
                CurrentCall.bind(before);
            }
        };
    }

    /** Whether somebody wants to hear of its end. */
    boolean waitedFor() {
        return !actions.isEmpty();
    }

    void cancel() {
        cancelled = true;
        actions.forEach(Runnable::run);
    }

    Optional<PluginException> failure() {
        return failure;
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
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the call was cancelled");
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        actions.add(action);
        return () -> actions.remove(action);
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
