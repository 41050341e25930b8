package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What a child handle refers to: an object that an extension of a local point returned. It holds no lease; each call takes one. Written once more by {@link #sever}
 * when its generation has been unloaded, so that a handle which the host keeps holds nothing of the plugin.
 */
final class ChildRef {
    private final String plugin;
    private final String instance;
    private volatile @Nullable CallTarget target;
    private volatile @Nullable Object object;

    ChildRef(CallTarget target, Object object) {
        this.plugin = target.plugin();
        this.instance = target.instance();
        this.target = target;
        this.object = object;
        target.leases().add(this);
    }

    String instance() {
        return instance;
    }

    /** The generation, to take a lease on. */
    CallTarget target() {
        CallTarget found = target;
        if (found == null) {
            throw gone();
        }
        return found;
    }

    /** The object; with a lease. */
    Object object() {
        Object found = object;
        if (found == null) {
            throw gone();
        }
        return found;
    }

    void sever() {
        target = null;
        object = null;
    }

    private RuntimeException gone() {
        return dev.plugbay.api.PlugbayException.of(
                        ErrorCode.UNAVAILABLE,
                        "the generation of \"" + instance + "\" that this object belongs to is gone")
                .plugin(plugin)
                .instance(instance)
                .remedy("Ask the extension for a new one.")
                .build();
    }
}
