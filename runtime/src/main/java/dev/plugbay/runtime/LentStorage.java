package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Storage;
import java.util.List;
import java.util.Optional;

/** One instance's part of the host's store. Immutable; the store is safe for many threads. */
final class LentStorage implements Storage {
    private static final int LONGEST_KEY = 512;
    private static final int LARGEST_VALUE = 1 << 20;

    private final HostStore store;
    private final String plugin;
    private final String instance;
    private final Scope scope;

    LentStorage(HostStore store, String plugin, String instance, Scope scope) {
        this.store = store;
        this.plugin = plugin;
        this.instance = instance;
        this.scope = scope;
    }

    @Override
    public Optional<byte[]> get(String key) {
        scope.requireOpen();
        return store.get(instance, checked(key));
    }

    @Override
    public void put(String key, byte[] value) {
        scope.requireOpen();
        if (value.length > LARGEST_VALUE) {
            throw PlugbayException.of(
                            ErrorCode.LIMIT_EXCEEDED,
                            "A value of " + value.length + " bytes is more than the 1 MiB that a key can hold.")
                    .plugin(plugin)
                    .instance(instance)
                    .retryable(false)
                    .remedy("Keep large data in files below the data folder.")
                    .build();
        }
        store.put(instance, checked(key), value.clone());
    }

    @Override
    public void delete(String key) {
        scope.requireOpen();
        store.remove(instance, checked(key));
    }

    @Override
    public List<String> keys(String prefix) {
        scope.requireOpen();
        return store.keys(instance, prefix);
    }

    private String checked(String key) {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw PlugbayException.of(
                            ErrorCode.INVALID_REQUEST, "A key has 1 to 512 characters, not " + key.length() + ".")
                    .plugin(plugin)
                    .instance(instance)
                    .build();
        }
        return key;
    }
}
