package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.Registration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a generation does by itself, in no call: bound to the threads that it was lent and to its hooks. Immutable, and refers to nothing of the plugin.
 *
 * @param leases the generation's leases, which tell it from others
 * @param instance the instance
 * @param hook whether it is one of its hooks
 */
record OwnWork(Leases leases, String instance, boolean hook) implements CallContext {
    static OwnWork of(CallTarget generation) {
        return new OwnWork(generation.leases(), generation.instance(), false);
    }

    @Override
    public Optional<Instant> deadline() {
        return Optional.empty();
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public void throwIfCancelled() {}

    @Override
    public Registration onCancel(Runnable action) {
        return () -> {};
    }

    @Override
    public String caller() {
        return instance;
    }

    @Override
    public String traceId() {
        return "";
    }
}
