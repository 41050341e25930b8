package dev.plugbay.runtime;

import java.util.Map;

/**
 * What an instance is to be.
 *
 * @param enabled whether it may execute code, if its plugin may
 * @param config its configuration, with references unresolved; a masked secret keeps the stored value
 */
public record InstanceSpec(boolean enabled, Map<String, Object> config) {
    /** Copies the configuration. */
    public InstanceSpec {
        config = Trees.copy(config);
    }

    /** An enabled instance with this configuration. */
    public static InstanceSpec of(Map<String, ?> config) {
        return new InstanceSpec(true, Trees.copy(config));
    }
}
