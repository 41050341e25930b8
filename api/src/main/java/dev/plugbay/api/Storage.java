package dev.plugbay.api;

import java.util.List;
import java.util.Optional;

/** Key-value storage of one instance, durable when a method returns. Keys have 1 to 512 characters; values up to 1 MiB. */
public interface Storage {
    /** The value of a key. */
    Optional<byte[]> get(String key);

    /** Sets a key. Failures: {@link ErrorCode#LIMIT_EXCEEDED}, {@link ErrorCode#INSUFFICIENT_STORAGE}. */
    void put(String key, byte[] value);

    /** Removes a key, if it is there. */
    void delete(String key);

    /** The keys that start with {@code prefix}, sorted. */
    List<String> keys(String prefix);
}
