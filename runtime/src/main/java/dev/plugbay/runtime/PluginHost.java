package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Registration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * A running host of plugins. Safe for use by many threads. Every method that names a plugin fails with {@link ErrorCode#NOT_FOUND} when there is none
 * of that id. Operations on one instance happen one after the other, on several beside each other; those that load or stop wait for hooks, but never for
 * running calls.
 */
public interface PluginHost extends AutoCloseable {

    // --- calling -------------------------------------------------------------------------------------------------

    /**
     * A handle on the extension of {@code point} that an instance offers. It outlives generations and may be kept for ever. Where an instance
     * has several, the first by order and name.
     *
     * @throws PlugbayException {@link ErrorCode#NOT_FOUND} when the instance is absent, does not run, or has no such extension
     */
    <T> T extension(Class<T> point, String instance);

    /** As {@link #extension}, by the extension's name. */
    <T> T extension(Class<T> point, String instance, String name);

    /** As {@link #extension}, empty where that fails with {@link ErrorCode#NOT_FOUND}. */
    <T> Optional<T> find(Class<T> point, String instance);

    /** A live, ordered, unmodifiable view of all extensions of a point; each iteration sees one moment. */
    <T> List<ExtensionHandle<T>> extensions(Class<T> point);

    /**
     * Runs {@code work}; calls through handles that it makes on this thread carry {@code options}: caller, trace id, deadline and cancellation.
     *
     * @throws Exception what {@code work} throws
     */
    <R> R call(CallOptions options, Callable<R> work) throws Exception;

    // --- plugins -------------------------------------------------------------------------------------------------

    /** All plugins known, by id: those loaded, those that failed, and those disabled or not yet loaded. */
    List<PluginStatus> plugins();

    /** One of them. */
    Optional<PluginStatus> plugin(String id);

    /** Scans now, acts as the settings say (autoload, reload), and answers with each candidate and what came of it. */
    List<Candidate> discover();

    /**
     * Puts an archive or jar into the store and, unless {@code dryRun}, loads it or reloads the plugin with it. What was installed
     * survives a restart. The file is only read.
     */
    PluginStatus install(Path file, boolean dryRun);

    /** Loads a plugin and starts it. */
    PluginStatus load(String id);

    /** Stops and unloads a plugin until its file changes, {@link #load} or the next start of the host. Fails as {@link #stop(String)} does. */
    PluginStatus unload(String id);

    /** Starts a stopped plugin, as a new generation. */
    PluginStatus start(String id);

    /**
     * Withdraws a plugin and stops it; it stays known. What it knew is kept when this returns, unless a call goes on for more than a few seconds: then once that has ended.
     *
     * @throws PlugbayException when it is stopped, but what it knew could not be kept: why; this is its problem, too, until it is started
     */
    PluginStatus stop(String id);

    /** Makes the next generation from the winning candidate and switches to it; fails without any change to what runs. */
    PluginStatus reload(String id, ReloadOptions options);

    /** Enables a plugin and starts it; lasts. */
    PluginStatus enable(String id);

    /** Stops a plugin and keeps it from executing any code; lasts. Fails as {@link #stop(String)} does. */
    PluginStatus disable(String id);

    /**
     * Removes a plugin: an installed one from the store, one in a drop folder with its file. Fails with {@link ErrorCode#CONFLICT} for a bundled or system one.
     *
     * @param purge whether its configuration, storage and data folder go too; {@link ErrorCode#CONFLICT} where a bundled or system version is left to go on with them
     */
    void remove(String id, boolean purge);

    /** Asks a plugin's default instance's health now. */
    Health health(String id);

    /** Every verdict kept, newest last, for a plugin's default instance. */
    List<UnloadVerdict> verdicts(String id);

    /** Requests a garbage collection, waits up to a few seconds, and settles the verdicts that are pending. */
    void settleVerdicts();

    // --- instances -----------------------------------------------------------------------------------------------

    /** A plugin's instances, the default one first. What acts on a plugin as a whole acts on each of them. */
    List<PluginStatus.InstanceStatus> instances(String id);

    /** One of them; a missing one is {@link ErrorCode#NOT_FOUND} in the other methods. */
    Optional<PluginStatus.InstanceStatus> instance(String id, String name);

    /** As {@link #putInstance}; {@link ErrorCode#CONFLICT} when the plugin has one of that name. */
    PluginStatus.InstanceStatus addInstance(String id, String name, InstanceSpec spec);

    /**
     * Makes an instance, or replaces its configuration and whether it is enabled; returns when it runs. Refused, it changes nothing. Lasts.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_REQUEST} for a name that none can have; {@link ErrorCode#CONFLICT} when the name is another plugin's or instance's, or a
     *     file sets the instance; {@link ErrorCode#INVALID_CONFIG} with pointer; whatever its start fails with
     */
    PluginStatus.InstanceStatus putInstance(String id, String name, InstanceSpec spec);

    /**
     * Withdraws an instance for good. Its storage and data folder are kept for one of the same name and plugin.
     *
     * @param purge whether they are deleted; works for those of one that was removed before, too
     */
    void removeInstance(String id, String name, boolean purge);

    /** Loads one instance and starts it. */
    PluginStatus.InstanceStatus load(String id, String name);

    /** Stops and unloads one instance, as {@link #unload(String)}. Fails as {@link #stop(String)} does. */
    PluginStatus.InstanceStatus unload(String id, String name);

    /** Starts one stopped instance, as a new generation. */
    PluginStatus.InstanceStatus start(String id, String name);

    /** Withdraws one instance and stops it, as {@link #stop(String)}. */
    PluginStatus.InstanceStatus stop(String id, String name);

    /** Makes the next generation of one instance, as {@link #reload(String, ReloadOptions)}. */
    PluginStatus.InstanceStatus reload(String id, String name, ReloadOptions options);

    /** Enables one instance and starts it, if its plugin is enabled; lasts. */
    PluginStatus.InstanceStatus enable(String id, String name);

    /** Stops one instance and keeps it from executing any code; lasts. Fails as {@link #stop(String)} does. */
    PluginStatus.InstanceStatus disable(String id, String name);

    /** Asks one instance's health now. */
    Health health(String id, String name);

    /** Every verdict kept, newest last, for one instance. */
    List<UnloadVerdict> verdicts(String id, String name);

    // --- configuration -------------------------------------------------------------------------------------------

    /** One instance's configuration, as {@link #config(String)}. */
    Map<String, Object> config(String id, String instance);

    /** Replaces one instance's configuration, as {@link #configure(String, Map)}. */
    Map<String, Object> configure(String id, String instance, Map<String, ?> config);

    /** Patches one instance's configuration, as {@link #patchConfig(String, Map)}. */
    Map<String, Object> patchConfig(String id, String instance, Map<String, ?> mergePatch);

    /** A plugin's default instance's configuration: bare, with secrets masked and references unresolved. */
    Map<String, Object> config(String id);

    /** A plugin's configuration schema, as JSON Schema; empty object if it has none. */
    Map<String, Object> configSchema(String id);

    /**
     * Replaces a plugin's configuration: checks it, keeps it, and brings it to the plugin through its handler or a reload. A masked
     * secret keeps the stored value. On failure nothing is changed.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_CONFIG} with pointer; {@link ErrorCode#CONFLICT} when a file sets it
     */
    Map<String, Object> configure(String id, Map<String, ?> config);

    /** As {@link #configure} with a JSON merge patch over the stored configuration; {@code null} removes. */
    Map<String, Object> patchConfig(String id, Map<String, ?> mergePatch);

    // --- the host itself -----------------------------------------------------------------------------------------

    /** Hears every event from now on, in order, on a thread of the host's; a slow listener delays only itself. */
    Registration onEvent(Consumer<HostEvent> listener);

    /** Settings in force. */
    HostSettings settings();

    /** Puts other settings in force: folders, permission to load, hot reload, limits and each plugin's own. */
    void apply(HostSettings settings);

    /** The home folder. */
    Path home();

    /** Stops every plugin and gives back everything. */
    @Override
    void close();

    /**
     * Closes it within a time: calls get half of what is left of it, at most {@link HostSettings#drain()}, and are cancelled then. What does not end even so is left behind; for hosts whose process
     * ends afterwards.
     */
    void close(Duration limit);
}
