package dev.plugbay.runtime;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An {@link IOException} that crossed a border: the same message and stack, and no backtrace, which would refer to the other side's classes. */
final class DetachedIOException extends IOException {
    private static final long serialVersionUID = 1L;

    private DetachedIOException(@Nullable String message, StackTraceElement[] stack) {
        super(message);
        setStackTrace(stack);
    }

    static DetachedIOException of(Throwable failure) {
        return new DetachedIOException(Failures.message(failure), Failures.stack(failure));
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
