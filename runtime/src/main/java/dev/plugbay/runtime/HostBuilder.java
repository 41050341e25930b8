package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Builds a {@link PluginHost}. Whatever a configuration file can say, this can. */
public final class HostBuilder {
    private static final String BUILDER = "the host's builder";

    private final List<PluginFolder> folders = new ArrayList<>();
    private final List<Class<?>> apis = new ArrayList<>();
    private final Map<String, PluginSettings> plugins = new LinkedHashMap<>();
    private HostSettings.Builder settings = HostSettings.builder();
    private @Nullable Path home;
    private @Nullable HostStore store;
    private ConfigValidator validator = new BasicConfigValidator();
    private Clock clock = Clock.systemUTC();

    HostBuilder() {}

    /** Adds a folder where plugins are looked for; later ones are more specific. */
    public HostBuilder plugins(Path folder) {
        folders.add(new PluginFolder(folder.toAbsolutePath().normalize(), "path"));
        return this;
    }

    /** Whether changes of files are acted on while the host runs; by default they are. */
    public HostBuilder hotReload(boolean value) {
        settings.hotReload(value);
        return this;
    }

    /** Changes settings: {@code builder.with(s -> s.drain(Duration.ofSeconds(5)))}. */
    public HostBuilder with(UnaryOperator<HostSettings.Builder> change) {
        settings = change.apply(settings);
        return this;
    }

    /** Puts all settings in place of what was set so far, folders included. */
    public HostBuilder settings(HostSettings all) {
        settings = all.toBuilder();
        folders.clear();
        folders.addAll(all.folders());
        plugins.clear();
        plugins.putAll(all.plugins());
        return this;
    }

    /** Sets a plugin's configuration, its default instance's; it is then read-only elsewhere. */
    public HostBuilder config(String plugin, Map<String, ?> config) {
        PluginSettings set = set(plugin);
        plugins.put(
                plugin,
                new PluginSettings(
                        set.enabled(),
                        set.isolation(),
                        Optional.of(Trees.copy(config)),
                        set.origin(),
                        set.instances()));
        return this;
    }

    /**
     * Adds a further instance of a plugin with its configuration; both are then read-only elsewhere.
     *
     * @throws IllegalArgumentException for a name that no instance can have
     */
    public HostBuilder instance(String plugin, String name, Map<String, ?> config) {
        PluginSettings set = set(plugin);
        Map<String, InstanceSettings> instances = new LinkedHashMap<>(set.instances());
        instances.put(name, new InstanceSettings(Optional.empty(), Optional.of(Trees.copy(config)), BUILDER));
        plugins.put(plugin, new PluginSettings(set.enabled(), set.isolation(), set.config(), set.origin(), instances));
        return this;
    }

    private PluginSettings set(String plugin) {
        return plugins.getOrDefault(
                plugin, new PluginSettings(Optional.empty(), Optional.empty(), Optional.empty(), BUILDER));
    }

    /** The home folder: artifacts, data, and what lasts. By default a private temporary one that goes with the host. */
    public HostBuilder home(Path folder) {
        home = folder.toAbsolutePath().normalize();
        return this;
    }

    /** Where what lasts is kept; by default files in the home folder. The host closes it. */
    public HostBuilder store(HostStore store) {
        this.store = store;
        return this;
    }

    /** How configurations are checked. */
    public HostBuilder validator(ConfigValidator validator) {
        this.validator = validator;
        return this;
    }

    /**
     * Exports an interface's package to plugins as an extension point's. Not needed for APIs whose jar carries {@code META-INF/plugbay/api.json}: those on the class path are
     * exported by themselves.
     */
    public HostBuilder api(Class<?> point) {
        apis.add(point);
        return this;
    }

    /** The clock that plugins are lent. */
    public HostBuilder clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /**
     * Starts the host: finds, loads and starts plugins. A plugin that fails does not keep the host from starting.
     *
     * @throws PlugbayException {@link ErrorCode#BUSY} when another host has the home folder; {@link ErrorCode#INSUFFICIENT_STORAGE}, {@link ErrorCode#UNAVAILABLE} when it cannot be used
     */
    public PluginHost start() {
        return HostAssembly.start(
                settings.folders(folders).plugins(plugins).build(), apis, home, store, validator, clock);
    }
}
