package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Plugin;
import dev.plugbay.api.PluginContext;
import dev.plugbay.api.SavedState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a plugin does to hand over: save and restore a state, acquire and release what only one can have. Used by one thread at a time, the one that takes the
 * generation through its life.
 */
final class StateHooks {
    private final Hooks hooks;
    private final Supplier<Map.Entry<Plugin, PluginContext>> plugin;
    private boolean acquired;

    /**
     * Those of one generation.
     *
     * @param hooks runs them, and nothing else
     * @param plugin the plugin, and what it was lent
     */
    StateHooks(Hooks hooks, Supplier<Map.Entry<Plugin, PluginContext>> plugin) {
        this.hooks = hooks;
        this.plugin = plugin;
    }

    /** The one of them that hangs, if one does; another hook that does, such as that of a health check, keeps none of these from running. */
    Optional<UnloadVerdict.Holder> hung() {
        return hooks.hung();
    }

    /** Whether the plugin has a {@code saveState} of its own. */
    boolean keeps() {
        return has("saveState", PluginContext.class);
    }

    Optional<SavedState> save(Duration limit) {
        if (!keeps()) {
            return Optional.empty();
        }
        return run("saveState", ErrorCode.CALL_FAILED, limit, (p, c) -> {
            Optional<SavedState> state = p.saveState(c);
            if (state == null) {
                throw new NullPointerException("it answered null");
            }
            return state;
        });
    }

    void restore(SavedState state, Duration limit) {
        run("restoreState", ErrorCode.START_FAILED, limit, (p, c) -> {
            p.restoreState(c, state);
            return "restored";
        });
    }

    void acquire(Duration limit) {
        if (has("acquire", PluginContext.class) || has("release", PluginContext.class)) {
            acquired = true;
            run("acquire", ErrorCode.START_FAILED, limit, (p, c) -> {
                p.acquire(c);
                return "acquired";
            });
        }
    }

    void release(Duration limit) {
        if (acquired) {
            run("release", ErrorCode.CALL_FAILED, limit, (p, c) -> {
                p.release(c);
                return "released";
            });
            acquired = false;
        }
    }

    private interface Work<T> {
        T with(Plugin plugin, PluginContext context) throws Exception;
    }

    private <T> T run(String what, ErrorCode code, Duration limit, Work<T> work) {
        var asked = plugin.get();
        return hooks.run(what, code, limit, () -> work.with(asked.getKey(), asked.getValue()));
    }

    /** Whether a hook is not the default one; those cost a thread's time for nothing. */
    private boolean has(String hook, Class<?>... parameters) {
        try {
            Class<?> type = plugin.get().getKey().getClass();
            return type.getMethod(hook, parameters).getDeclaringClass() != Plugin.class;
        } catch (NoSuchMethodException | LinkageError unreadable) {
            return true;
        }
    }
}
