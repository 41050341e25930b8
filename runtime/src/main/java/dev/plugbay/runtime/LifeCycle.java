package dev.plugbay.runtime;

import static dev.plugbay.runtime.PluginState.DISCOVERED;
import static dev.plugbay.runtime.PluginState.FAILED;
import static dev.plugbay.runtime.PluginState.INITIALIZED;
import static dev.plugbay.runtime.PluginState.INITIALIZING;
import static dev.plugbay.runtime.PluginState.LOADED;
import static dev.plugbay.runtime.PluginState.LOADING;
import static dev.plugbay.runtime.PluginState.RUNNING;
import static dev.plugbay.runtime.PluginState.STARTING;
import static dev.plugbay.runtime.PluginState.STOPPED;
import static dev.plugbay.runtime.PluginState.STOPPING;
import static dev.plugbay.runtime.PluginState.UNLOADED;
import static dev.plugbay.runtime.PluginState.UNLOADING;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The state of one generation, and the only place that changes it.
 *
 * <p>Shared: written by the thread that works on the generation, one at a time, read by anybody; hence one volatile field. An illegal
 * step is a defect of the host and fails.
 */
final class LifeCycle {
    private static final Map<PluginState, Set<PluginState>> STEPS = new EnumMap<>(Map.of(
            DISCOVERED, EnumSet.of(LOADING),
            LOADING, EnumSet.of(LOADED, FAILED),
            LOADED, EnumSet.of(INITIALIZING, FAILED, UNLOADING),
            INITIALIZING, EnumSet.of(INITIALIZED, FAILED),
            INITIALIZED, EnumSet.of(STARTING, FAILED, UNLOADING),
            STARTING, EnumSet.of(RUNNING, STOPPING, FAILED),
            RUNNING, EnumSet.of(STOPPING),
            STOPPING, EnumSet.of(STOPPED, FAILED),
            STOPPED, EnumSet.of(UNLOADING),
            FAILED, EnumSet.of(UNLOADING)));

    static {
        STEPS.put(UNLOADING, EnumSet.of(UNLOADED));
    }

    private final String what;
    private volatile PluginState state = DISCOVERED;

    LifeCycle(String what) {
        this.what = what;
    }

    PluginState state() {
        return state;
    }

    boolean is(PluginState other) {
        return state == other;
    }

    /** Goes on to {@code next}, or fails without any change. */
    void to(PluginState next) {
        PluginState now = state;
        if (!STEPS.getOrDefault(now, Set.of()).contains(next)) {
            throw PlugbayException.of(ErrorCode.INTERNAL, what + " cannot go from " + now + " to " + next + ".")
                    .build();
        }
        state = next;
    }
}
