package dev.plugbay.api;

/**
 * A plugin's main class. It needs a constructor without parameters or with a {@link PluginContext}; any visibility will
 * do.
 *
 * <p>Constructors and hooks run on the host's hook threads, never on a caller's, each with a deadline ({@code
 * plugins.hookTimeout}, 30 s by default). A hook that throws fails the load or reload with the hook's code; one that hangs fails it with
 * {@link ErrorCode#HOOK_TIMEOUT}. After a stop, a new start makes a new object.
 */
public interface Plugin {
    /** Prepares: reads the configuration, checks what is needed. Failure: {@link ErrorCode#INIT_FAILED}. */
    default void init(PluginContext context) throws Exception {}

    /** Begins to work: opens connections, starts timers. Failure: {@link ErrorCode#START_FAILED}. */
    default void start(PluginContext context) throws Exception {}

    /** Ends its work. What the context lent is closed after this by the host. */
    default void stop(PluginContext context) throws Exception {}

    /**
     * The configuration was changed; {@code context} already answers with the new one. Called unless the manifest says
     * {@code reloadOnConfigChange}. Throwing refuses the change: the old configuration stays, and this is called again with it.
     */
    default void configChanged(PluginContext context) throws Exception {}

    /** How the plugin does; asked before the first publish, before a reload's, and periodically. */
    default Health health() throws Exception {
        return Health.healthy();
    }
}
