package dev.plugbay.daemon;

import dev.plugbay.api.Health;
import dev.plugbay.cloud.ProviderCapabilities;
import dev.plugbay.runtime.PluginState;
import dev.plugbay.runtime.Problem;
import java.util.Map;
import java.util.Optional;

/**
 * A provider, as it is shown.
 *
 * @param instance the instance's name
 * @param plugin the plugin's id
 * @param name the plugin's name
 * @param version the plugin's version
 * @param state the instance's state
 * @param health its health
 * @param capabilities what it can do, if it could be asked
 * @param problem why it could not
 * @param properties the extension's properties, from the manifest
 */
record ProviderView(
        String instance,
        String plugin,
        Optional<String> name,
        Optional<String> version,
        Optional<PluginState> state,
        Optional<Health> health,
        Optional<ProviderCapabilities> capabilities,
        Optional<Problem> problem,
        Map<String, Object> properties) {}
