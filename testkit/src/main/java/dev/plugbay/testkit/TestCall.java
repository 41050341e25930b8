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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A call without a host and without a deadline, for the test of a plugin by itself: bound to the thread that does its work, and cancelled by hand.
 *
 * <p>Shared by the worker and who cancels it.
 */
public final class TestCall implements CallContext {
    private final Cancellation cancellation;
    private final AtomicInteger listeners = new AtomicInteger();

    /** A call that {@link #cancel} cancels. */
    public TestCall() {
        this(new Cancellation());
    }

    /** A call that {@code cancellation} cancels. */
    public TestCall(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    /** Does {@code work} as this call; what the thread worked for before is bound again afterwards. */
    public <T> T call(Callable<T> work) throws Exception {
        CallContext before = CurrentCall.bind(this);
        try {
            return work.call();
        } finally {
            CurrentCall.bind(before);
        }
    }

    /** As {@link #call}, without a result. */
    public void run(Runnable work) {
        CallContext before = CurrentCall.bind(this);
        try {
            work.run();
        } finally {
            CurrentCall.bind(before);
        }
    }

    /** Cancels it. */
    public void cancel() {
        cancellation.cancel();
    }

    /** Whether somebody asked to be told of its cancellation, and still waits for that. */
    public boolean listened() {
        return listeners.get() > 0;
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
        Registration registration = cancellation.onCancel(action);
        listeners.incrementAndGet();
        return () -> {
            listeners.decrementAndGet();
            registration.close();
        };
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
