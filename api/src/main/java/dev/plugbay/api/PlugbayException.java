package dev.plugbay.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the host reports: what happened, to which plugin and generation, why, and what to do.
 *
 * <p>A throwable's hidden backtrace refers to the classes of its frames and so pins a plugin's class loader for as long
 * as the throwable is kept. This one therefore has none: its stack trace is text, and it may be stored, queued and put
 * into events. Causes are kept as text in the message for the same reason.
 */
public class PlugbayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient Fields fields;

    /** A failure with this code that concerns no plugin in particular. */
    public PlugbayException(ErrorCode code, String message) {
        this(new Builder(code, message));
    }

    /** A failure made by {@code builder}. */
    @SuppressWarnings("this-escape") // setStackTrace is not meant to be overridden
    protected PlugbayException(Builder builder) {
        super(builder.message);
        this.code = builder.code;
        this.fields = new Fields(builder);
        setStackTrace(builder.stackTrace != null ? builder.stackTrace : callers());
    }

    /** Starts a failure. The message says what happened and why, in one or two sentences. */
    public static Builder of(ErrorCode code, String message) {
        return new Builder(code, message);
    }

    /** The code. */
    public ErrorCode code() {
        return code;
    }

    /** The id of the plugin that this is about. */
    public Optional<String> plugin() {
        return Optional.ofNullable(fields.plugin);
    }

    /** The name of the instance that this is about. */
    public Optional<String> instance() {
        return Optional.ofNullable(fields.instance);
    }

    /** The number of the generation that this is about, 1 or more. */
    public OptionalInt generation() {
        return fields.generation > 0 ? OptionalInt.of(fields.generation) : OptionalInt.empty();
    }

    /** What to do about it, as a sentence. */
    public Optional<String> remedy() {
        return Optional.ofNullable(fields.remedy);
    }

    /** Whether the same request can succeed later. */
    public boolean retryable() {
        return fields.retryable;
    }

    /** The JSON pointer of the value that is wrong, such as {@code /folder}. */
    public Optional<String> pointer() {
        return Optional.ofNullable(fields.pointer);
    }

    /** Further facts, in the order in which they were added. */
    public Map<String, Object> details() {
        return fields.details;
    }

    /** The message without anything added to it. */
    public String detail() {
        String message = getMessage();
        return message == null ? code.title() : message;
    }

    /** Records no backtrace; see the class comment. */
    @Override
    public final synchronized Throwable fillInStackTrace() {
        return this;
    }

    private static StackTraceElement[] callers() {
        return StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::toStackTraceElement)
                        .dropWhile(frame -> frame.getClassName().startsWith(PlugbayException.class.getName())
                                || frame.getMethodName().equals("<init>"))
                        .limit(64)
                        .toArray(StackTraceElement[]::new));
    }

    private static final class Fields {
        private final @Nullable String plugin;
        private final @Nullable String instance;
        private final int generation;
        private final @Nullable String remedy;
        private final boolean retryable;
        private final @Nullable String pointer;
        private final Map<String, Object> details;

        private Fields(Builder from) {
            plugin = from.plugin;
            instance = from.instance;
            generation = from.generation;
            remedy = from.remedy;
            retryable = from.retryable;
            pointer = from.pointer;
            details = Collections.unmodifiableMap(new LinkedHashMap<>(from.details));
        }
    }

    /** Collects what a failure says. */
    public static class Builder {
        private final ErrorCode code;
        private final String message;
        private final Map<String, Object> details = new LinkedHashMap<>();
        private @Nullable String plugin;
        private @Nullable String instance;
        private int generation;
        private @Nullable String remedy;
        private boolean retryable;
        private @Nullable String pointer;
        private StackTraceElement @Nullable [] stackTrace;

        /** Starts a failure. */
        protected Builder(ErrorCode code, String message) {
            this.code = Objects.requireNonNull(code);
            this.message = Objects.requireNonNull(message);
            this.retryable = code.retryable();
        }

        /** Which plugin this is about. */
        public Builder plugin(String id) {
            this.plugin = id;
            return this;
        }

        /** Which instance this is about. */
        public Builder instance(String name) {
            this.instance = name;
            return this;
        }

        /** Which generation this is about; numbers below 1 mean none. */
        public Builder generation(int number) {
            this.generation = number;
            return this;
        }

        /** What to do about it. */
        public Builder remedy(String sentence) {
            this.remedy = sentence;
            return this;
        }

        /** Whether the same request can succeed later, where this differs from the code's own answer. */
        public Builder retryable(boolean value) {
            this.retryable = value;
            return this;
        }

        /** The JSON pointer of the value that is wrong. */
        public Builder pointer(String jsonPointer) {
            this.pointer = jsonPointer;
            return this;
        }

        /** A further fact: text, number, boolean, or lists and maps of these. */
        public Builder detail(String name, Object value) {
            this.details.put(name, value);
            return this;
        }

        /** The stack trace to show instead of the caller's. */
        public Builder stackTrace(StackTraceElement[] elements) {
            this.stackTrace = elements.clone();
            return this;
        }

        /** The failure. */
        public PlugbayException build() {
            return new PlugbayException(this);
        }
    }
}
