package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.Registration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Work that goes on under {@code context}, but is done on somebody else's behalf: host code that a plugin called back, a task on a lent executor. Immutable.
 *
 * @param context what it answers with; {@code null} for none
 * @param behalf on whose behalf
 */
record WorkFor(@Nullable CallContext context, Behalf behalf) implements CallContext {
    /** Without a wrapping that is there already. */
    static WorkFor of(@Nullable CallContext context, Behalf behalf) {
        return new WorkFor(context instanceof WorkFor inner ? inner.context() : context, behalf);
    }

    @Override
    public Optional<Instant> deadline() {
        return context == null ? Optional.empty() : context.deadline();
    }

    @Override
    public boolean cancelled() {
        return context != null && context.cancelled();
    }

    @Override
    public void throwIfCancelled() {
        if (context != null) {
            context.throwIfCancelled();
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        return context == null ? () -> {} : context.onCancel(action);
    }

    @Override
    public String caller() {
        return context == null ? "host" : context.caller();
    }

    @Override
    public String traceId() {
        return context == null ? "" : context.traceId();
    }
}
