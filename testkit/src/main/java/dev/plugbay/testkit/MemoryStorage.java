package dev.plugbay.testkit;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Storage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Storage in memory, with the limits of the real one. The map is thread-safe; values are copied on both ways. */
final class MemoryStorage implements Storage {
    private static final int LONGEST_KEY = 512;
    private static final int LARGEST_VALUE = 1 << 20;

    private final Map<String, byte[]> values = new ConcurrentSkipListMap<>();
    private final Runnable open;

    MemoryStorage(Runnable open) {
        this.open = open;
    }

    @Override
    public Optional<byte[]> get(String key) {
        check(key);
        return Optional.ofNullable(values.get(key)).map(byte[]::clone);
    }

    @Override
    public void put(String key, byte[] value) {
        check(key);
        if (value.length > LARGEST_VALUE) {
            throw PlugbayException.of(
                            ErrorCode.LIMIT_EXCEEDED,
                            "A value of " + value.length + " bytes is more than the 1 MiB that a key can hold.")
                    .retryable(false)
                    .build();
        }
        values.put(key, value.clone());
    }

    @Override
    public void delete(String key) {
        check(key);
        values.remove(key);
    }

    @Override
    public List<String> keys(String prefix) {
        open.run();
        return values.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    private void check(String key) {
        open.run();
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw new PlugbayException(
                    ErrorCode.INVALID_REQUEST, "A key has 1 to 512 characters, not " + key.length() + ".");
        }
    }
}
