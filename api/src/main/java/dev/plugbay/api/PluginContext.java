package dev.plugbay.api;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;

/**
 * What a host lends to one generation of a plugin. Everything lent is closed with the generation; a closed context lends
 * nothing and fails with {@link ErrorCode#UNAVAILABLE}. A service that the manifest does not declare under {@code permissions.host} (see
 * {@link Permissions#host()}) is refused with {@link ErrorCode#PERMISSION_DENIED}.
 */
public interface PluginContext {
    /** The plugin's id. */
    String plugin();

    /** The instance's name; the plugin's id for the default instance. */
    String instance();

    /** The plugin's version. */
    String version();

    /** The generation's number, from 1. */
    int generation();

    /**
     * The configuration as a record, with defaults filled in and references resolved.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_CONFIG} with a pointer when it does not fit the record
     */
    <C extends Record> C config(Class<C> type);

    /** The configuration as a tree of maps, lists, strings, numbers and booleans; unmodifiable. */
    Map<String, Object> config();

    /**
     * Changes the configuration by a merge patch ({@code null} removes a key) and keeps it. {@link Plugin#configChanged} is not called for it. Needs {@code
     * config:write}.
     *
     * <p>What is changed before this generation serves, in {@link Plugin#start} for example, is in force at once and kept when it serves: a version that is rolled back, or does not start, has
     * changed nothing.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_CONFIG} with a pointer; {@link ErrorCode#CONFLICT} when the operator's file sets it;
     *     {@link ErrorCode#BUSY} while the host changes it, so within {@link Plugin#configChanged};
     *     {@link ErrorCode#UNAVAILABLE} when another generation has taken over
     */
    void updateConfig(Map<String, ?> mergePatch);

    /** The plugin's logger. Every line carries plugin, instance, generation and trace id. */
    Logger logger();

    /** A named logger below the plugin's own. */
    Logger logger(String name);

    /** Key-value storage of this instance; it outlives generations. Needs {@code storage}. */
    Storage storage();

    /** A folder of this instance for its files; it outlives generations. Needs {@code data}. */
    Path dataFolder();

    /** Events between plugins and host. Needs {@code events}. */
    Events events();

    /** Timers; recorded but inert until the generation is published. Needs {@code schedule}. */
    Scheduler scheduler();

    /** An executor whose tasks carry the submitting call's {@link CallContext}. Needs {@code threads}. */
    ExecutorService executor();

    /** A factory of platform threads that are interrupted and joined when the generation ends. Needs {@code threads}. */
    ThreadFactory threadFactory();

    /** The host's clock. */
    Clock clock();
}
