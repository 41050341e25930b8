package dev.plugbay.runtime;

import java.util.Optional;

/** What the operator wants of one instance: what is kept, overlaid by what the settings say. Holds nothing that changes, and asks each time. */
record Wish(String plugin, String instance, HostServices host, DesiredState desired) {
    /** Whether its plugin may execute code. */
    boolean pluginEnabled() {
        return host.settings()
                .get()
                .plugin(plugin)
                .flatMap(PluginSettings::enabled)
                .orElseGet(() -> desired.of(plugin).enabled());
    }

    /** Whether it may execute code as far as it itself is concerned. */
    boolean enabled() {
        return set().flatMap(InstanceSettings::enabled)
                .orElseGet(() -> desired.instance(plugin, instance)
                        .map(HostStore.InstanceEntry::enabled)
                        .orElse(true));
    }

    /** Where the settings set it, or something of it. */
    Optional<String> origin() {
        return set().map(InstanceSettings::origin).or(() -> host.configs().origin(plugin, instance));
    }

    private Optional<InstanceSettings> set() {
        return host.settings().get().instance(plugin, instance);
    }
}
