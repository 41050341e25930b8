package dev.plugbay.api;

/** What a plugin's author throws to say with which code a call failed; anything else arrives as {@link ErrorCode#CALL_FAILED}. */
public class PluginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final boolean retryable;

    /** A failure whose code decides whether a retry can help. */
    public PluginException(ErrorCode code, String message) {
        this(code, message, code.retryable());
    }

    /** A failure. */
    public PluginException(ErrorCode code, String message, boolean retryable) {
        super(message);
        this.code = code;
        this.retryable = retryable;
    }

    /** A failure with a cause; the caller sees the cause's type, message and stack as text. */
    public PluginException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.retryable = code.retryable();
    }

    /** The code. */
    public ErrorCode code() {
        return code;
    }

    /** Whether the same call can succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
