package dev.plugbay.runtime;

import java.util.Map;
import java.util.Optional;

/**
 * What a configuration file or the builder sets for one instance of a plugin. A named one exists because it is set; what is set is read-only elsewhere.
 *
 * @param enabled whether it may execute code, if set
 * @param config its configuration, if set, with references unresolved; the default instance's is its plugin's
 * @param origin where this is set, such as {@code plugbay.yaml line 14}; named when a change is refused
 */
public record InstanceSettings(Optional<Boolean> enabled, Optional<Map<String, Object>> config, String origin) {
    /** Copies the configuration. */
    public InstanceSettings {
        config = config.map(Trees::copy);
    }
}
