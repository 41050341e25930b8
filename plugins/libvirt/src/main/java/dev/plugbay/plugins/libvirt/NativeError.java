package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;

/**
 * An error of libvirt.
 *
 * @param code its number, {@code virErrorNumber}
 * @param domain which part of libvirt it is from, {@code virErrorDomain}
 * @param message what it says
 */
record NativeError(int code, int domain, String message) {
    /** A call failed and left no error. */
    static final NativeError NONE = new NativeError(0, 0, "it does not say why");

    static final int NO_SUPPORT = 3;
    static final int NO_DOMAIN = 42;
    static final int OPERATION_INVALID = 55;
    static final int AGENT_UNRESPONSIVE = 86;

    /** Of newer versions of libvirt, where 86 says it too in older ones. */
    static final int AGENT_COMMAND_TIMEOUT = 112;

    private static final int NO_MEMORY = 2;
    private static final int AUTH_FAILED = 45;
    private static final int CONFIG_UNSUPPORTED = 67;
    private static final int OPERATION_TIMEOUT = 68;
    private static final int ARGUMENT_UNSUPPORTED = 74;
    private static final int AUTH_CANCELLED = 79;
    private static final int AUTH_UNAVAILABLE = 80;
    private static final int OPERATION_UNSUPPORTED = 84;
    private static final int RESOURCE_BUSY = 87;
    private static final int ACCESS_DENIED = 88;

    /** The failure that callers see. */
    PluginException failure(String what) {
        return new PluginException(failureCode(), "libvirt cannot " + what + ": " + message);
    }

    ErrorCode failureCode() {
        return switch (code) {
            case NO_DOMAIN -> ErrorCode.NOT_FOUND;
            case OPERATION_INVALID -> ErrorCode.CONFLICT;
            case NO_SUPPORT, CONFIG_UNSUPPORTED, ARGUMENT_UNSUPPORTED, OPERATION_UNSUPPORTED -> ErrorCode.UNSUPPORTED;
            case AUTH_FAILED, AUTH_CANCELLED, AUTH_UNAVAILABLE, ACCESS_DENIED -> ErrorCode.PERMISSION_DENIED;
            case RESOURCE_BUSY, OPERATION_TIMEOUT -> ErrorCode.BUSY;
            case AGENT_UNRESPONSIVE, AGENT_COMMAND_TIMEOUT -> ErrorCode.UNAVAILABLE;
            case NO_MEMORY -> ErrorCode.LIMIT_EXCEEDED;
            default -> ErrorCode.CALL_FAILED;
        };
    }

    @Override
    public String toString() {
        return message;
    }
}
