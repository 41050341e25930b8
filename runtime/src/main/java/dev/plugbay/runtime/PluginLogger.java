package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The logger that a plugin gets. Every line carries plugin, instance, generation and trace id; what reaches the host's logging is
 * text: an appender that keeps events would otherwise keep the plugin's objects and throwables, and with them its class loader.
 */
final class PluginLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient Logger target;
    private final String plugin;
    private final String instance;
    private final int generation;

    @SuppressWarnings("this-escape") // a field of the superclass
    PluginLogger(Logger target, String plugin, String instance, int generation) {
        this.name = target.getName();
        this.target = target;
        this.plugin = plugin;
        this.instance = instance;
        this.generation = generation;
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return PluginLogger.class.getName();
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable throwable) {
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        LoggingEventBuilder line = target.atLevel(level)
                .addKeyValue("plugin", plugin)
                .addKeyValue("instance", instance)
                .addKeyValue("generation", generation);
        String trace = CallContext.current().traceId();
        if (!trace.isEmpty()) {
            line = line.addKeyValue("trace", trace);
        }
        line.log(throwable == null ? String.valueOf(message) : message + "\n" + Stacks.text(throwable));
    }

    @Override
    public boolean isTraceEnabled() {
        return target.isTraceEnabled();
    }

    @Override
    public boolean isDebugEnabled() {
        return target.isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
        return target.isInfoEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
        return target.isWarnEnabled();
    }

    @Override
    public boolean isErrorEnabled() {
        return target.isErrorEnabled();
    }
}
