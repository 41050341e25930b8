package dev.plugbay.api;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which {@link CallContext} a thread works for. Hosts and test kits bind it; plugins only read it through {@link CallContext#current()}.
 */
public final class CurrentCall {
    private static final ThreadLocal<@Nullable CallContext> CURRENT = new ThreadLocal<>();
    private static final CallContext NONE = new NoCall();

    private CurrentCall() {}

    static CallContext get() {
        CallContext current = CURRENT.get();
        return current == null ? NONE : current;
    }

    /** What is bound to the current thread, or {@code null} for none. */
    public static @Nullable CallContext bound() {
        return CURRENT.get();
    }

    /**
     * Binds a context to the current thread.
     *
     * @param context the context, or {@code null} for none
     * @return what was bound before, to be bound again afterwards
     */
    public static @Nullable CallContext bind(@Nullable CallContext context) {
        CallContext before = CURRENT.get();
        if (context == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(context);
        }
        return before;
    }

    private static final class NoCall implements CallContext {
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
            return "host";
        }

        @Override
        public String traceId() {
            return "";
        }
    }
}
