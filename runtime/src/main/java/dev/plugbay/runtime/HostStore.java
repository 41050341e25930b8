package dev.plugbay.runtime;

import dev.plugbay.api.SavedState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what lasts: which plugins are installed and enabled, their configuration, their state, and their key-value storage. A change is durable
 * when a method returns. Called by many threads. Failures: {@code Unavailable}, {@code InsufficientStorage}.
 */
public interface HostStore extends AutoCloseable {
    /** Everything kept about plugins, by id. */
    Map<String, Entry> entries();

    /** Keeps what is known of a plugin, in place of what was. */
    void save(String id, Entry entry);

    /** Forgets a plugin, but not its key-value storage. */
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
     * @param config its configuration, with references unresolved
     */
    record Entry(boolean enabled, Optional<String> installed, Map<String, Object> config) {
        /** Copies the configuration. */
        public Entry {
            config = Trees.copy(config);
        }

        /** Enabled, not installed, not configured. */
        public static Entry initial() {
            return new Entry(true, Optional.empty(), Map.of());
        }
    }
}
