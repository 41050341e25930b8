package dev.plugbay.api;

import java.util.Optional;

/**
 * A plugin's main class. It needs a constructor without parameters or with a {@link PluginContext}; any visibility will
 * do.
 *
 * <p>Constructors and hooks run on the host's hook threads, never on a caller's, each with a deadline ({@code
 * plugins.hookTimeout}, 30 s by default). A hook that throws fails the load or reload with the hook's code; one that hangs fails it with
 * {@link ErrorCode#HOOK_TIMEOUT}. After a stop, a new start makes a new object.
 *
 * <p>A generation begins with {@link #init}, {@link #start}, {@link #restoreState} if there is a state, {@link #acquire}; then it serves. It ends, when nobody is
 * inside any more, with {@link #saveState}, {@link #release}, {@link #stop}. In a reload by {@link ReloadMode#HANDOVER} calls wait at the door while the old
 * generation does {@code saveState} and {@code release} and the new one, which was started beside it, {@code restoreState} and {@code acquire}. If the new one
 * fails there, the old one does {@code acquire} again and serves on with what it has in memory: {@code saveState} must change nothing, and neither it nor {@code
 * release} may end what the generation needs to go on. These hooks must not call back into their own plugin through the host.
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

    /**
     * The state that the next generation goes on with; empty for none, which is the default. Asked when nobody is inside - no call, timer or event - but for methods
     * marked {@link ReadOnly}, and the plugin's own threads, which it must quiet by itself. Also asked at a stop, so that a state outlives the host; what must
     * survive a crash of the host belongs into {@link PluginContext#storage()}. A plugin that has this method is reloaded by {@link ReloadMode#HANDOVER} unless
     * it says otherwise. Failure: a reload is rolled back; a stop keeps the state that was kept before.
     */
    default Optional<SavedState> saveState(PluginContext context) throws Exception {
        return Optional.empty();
    }

    /**
     * Takes over a state, after {@link #start} and before the first call. Called only if there is one. Throwing refuses it, as one of a version that is not
     * understood: a reload is rolled back, a first start fails with {@link ErrorCode#START_FAILED}, and the kept state stays as it is. The default refuses, so that
     * no state is lost because a version has forgotten about it; one that does without says so by an empty method.
     */
    default void restoreState(PluginContext context, SavedState state) throws Exception {
        throw new PluginException(
                ErrorCode.UNSUPPORTED,
                "there is a state (version " + state.version() + "), and " + context.version()
                        + " has no restoreState for it");
    }

    /**
     * Takes what only one generation can have, such as a port or a lock file. The last step before the first call; of a reload by {@link ReloadMode#HANDOVER} after
     * the old generation's {@link #release}, and of one that is rolled back once more on the old one. A plugin that has this method is reloaded by handover
     * unless it says otherwise. Failure: {@link ErrorCode#START_FAILED}, or the reload is rolled back.
     */
    default void acquire(PluginContext context) throws Exception {}

    /** Gives back what {@link #acquire} took; called if that was begun, even if it failed. */
    default void release(PluginContext context) throws Exception {}

    /** How the plugin does; asked before the first publish, before a reload's, and periodically. */
    default Health health() throws Exception {
        return Health.healthy();
    }
}
