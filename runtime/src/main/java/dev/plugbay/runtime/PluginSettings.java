package dev.plugbay.runtime;

import java.util.Map;
import java.util.Optional;

/**
 * What a configuration file or the builder sets for one plugin; it is in force over what is stored, and read-only elsewhere.
 *
 * @param enabled whether it may execute code, if set
 * @param isolation {@code in-process}, if set
 * @param config its default instance's configuration, if set, with references unresolved
 * @param origin where this is set, such as {@code plugbay.yaml line 12}; named when a change is refused
 * @param instances further instances, by name; for the default one, whether it is enabled
 */
public record PluginSettings(
        Optional<Boolean> enabled,
        Optional<String> isolation,
        Optional<Map<String, Object>> config,
        String origin,
        Map<String, InstanceSettings> instances) {
    /**
     * Copies the configuration.
     *
     * @throws IllegalArgumentException for a name that no instance can have
     */
    public PluginSettings {
        config = config.map(Trees::copy);
        instances = Map.copyOf(instances);
        instances.keySet().forEach(name -> {
            if (!Names.valid(name)) {
                throw new IllegalArgumentException("no instance can have the name \"" + name + "\"");
            }
        });
    }

    /** Settings that say nothing of instances. */
    public PluginSettings(
            Optional<Boolean> enabled,
            Optional<String> isolation,
            Optional<Map<String, Object>> config,
            String origin) {
        this(enabled, isolation, config, origin, Map.of());
    }
}
