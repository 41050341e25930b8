package dev.plugbay.runtime;

import java.util.Map;
import java.util.Optional;

/**
 * What a configuration file or the builder sets for one plugin; it is in force over what is stored, and read-only elsewhere.
 *
 * @param enabled whether it may execute code, if set
 * @param isolation {@code in-process}, if set
 * @param config its configuration, if set, with references unresolved
 * @param origin where this is set, such as {@code plugbay.yaml line 12}; named when a change is refused
 */
public record PluginSettings(
        Optional<Boolean> enabled, Optional<String> isolation, Optional<Map<String, Object>> config, String origin) {
    /** Copies the configuration. */
    public PluginSettings {
        config = config.map(Trees::copy);
    }
}
