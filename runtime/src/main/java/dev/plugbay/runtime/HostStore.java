package dev.plugbay.runtime;

import dev.plugbay.api.SavedState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what lasts: which plugins are installed and enabled, their instances and configuration, their state, and their key-value storage. A change is durable
 * when a method returns. Called by many threads. Failures: {@code Unavailable}, {@code InsufficientStorage}.
 */
public interface HostStore extends AutoCloseable {
    /** Everything kept about plugins, by id. */
    Map<String, Entry> entries();

    /** Keeps what is known of a plugin and its instances, in place of what was, in one step. */
    void save(String id, Entry entry);

    /** Forgets a plugin and its instances, but not their key-value storage. */
    void delete(String id);

    /** A value of an instance's storage. */
    Optional<byte[]> get(String instance, String key);

    /** Sets a value. */
    void put(String instance, String key, byte[] value);

    /** Removes a value. */
    void remove(String instance, String key);

    /** Keys of an instance that start with {@code prefix}, sorted. */
    List<String> keys(String instance, String prefix);

    /** The state that an instance's last generation left. */
    Optional<SavedState> state(String instance);

    /** Keeps an instance's state in place of the one that was kept; none forgets that. */
    void keepState(String instance, Optional<SavedState> state);

    /** Removes all values of an instance, and its state. */
    void purge(String instance);

    @Override
    void close();

    /**
     * What is kept about a plugin.
     *
     * @param enabled whether it may execute code
     * @param installed the SHA-256 of its installed artifact, 64 hexadecimal digits
     * @param config its default instance's configuration, with references unresolved
     * @param instances its instances, by name; the default one only if something else than its configuration is kept of it
     */
    record Entry(
            boolean enabled,
            Optional<String> installed,
            Map<String, Object> config,
            Map<String, InstanceEntry> instances) {
        /** Copies configuration and instances. */
        public Entry {
            config = Trees.copy(config);
            instances = Map.copyOf(instances);
        }

        /** One without instances of which something is kept. */
        public Entry(boolean enabled, Optional<String> installed, Map<String, Object> config) {
            this(enabled, installed, config, Map.of());
        }

        /** Enabled, not installed, not configured. */
        public static Entry initial() {
            return new Entry(true, Optional.empty(), Map.of());
        }
    }

    /**
     * What is kept about an instance.
     *
     * @param present whether it is wanted; of one that was removed, or that only a configuration file sets, it is kept whose data its name stands for
     * @param enabled whether it may execute code, if its plugin may
     * @param config its configuration, with references unresolved
     */
    record InstanceEntry(boolean present, boolean enabled, Map<String, Object> config) {
        /** Copies the configuration. */
        public InstanceEntry {
            config = Trees.copy(config);
        }

        /** What is left of one whose data is kept. */
        public static InstanceEntry absent() {
            return new InstanceEntry(false, true, Map.of());
        }
    }
}
