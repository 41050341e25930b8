package dev.plugbay.api;

import java.util.List;

/**
 * A call into a plugin that failed, detached from the plugin: nothing of the plugin's classes is reachable from it. Both
 * kinds of isolation throw the same.
 */
public final class PluginCallException extends PlugbayException {
    private static final long serialVersionUID = 1L;

    private final String remoteType;
    private final transient List<RemoteCause> causes;

    /**
     * A detached failure.
     *
     * @param builder code, message, plugin, instance, generation and stack trace
     * @param remoteType the class name of what the plugin threw
     * @param causes its causes, outermost first
     */
    public PluginCallException(Builder builder, String remoteType, List<RemoteCause> causes) {
        super(builder);
        this.remoteType = remoteType;
        this.causes = List.copyOf(causes);
    }

    /** The class name of what the plugin threw. */
    public String remoteType() {
        return remoteType;
    }

    /** The causes of what the plugin threw, outermost first. */
    public List<RemoteCause> causes() {
        return causes;
    }

    /**
     * A cause, as text.
     *
     * @param type its class name
     * @param message its message, or empty
     * @param stack its stack
     */
    public record RemoteCause(String type, String message, List<StackTraceElement> stack) {
        /** Copies the stack. */
        public RemoteCause {
            stack = List.copyOf(stack);
        }
    }
}
