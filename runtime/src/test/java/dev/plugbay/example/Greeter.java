package dev.plugbay.example;

import dev.plugbay.api.LongRunning;
import dev.plugbay.api.ReadOnly;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** An extension point with one method of each kind. */
public interface Greeter {
    /** A word. */
    String greet(String name);

    /** A list. */
    default List<String> words() {
        return List.of();
    }

    /** Bytes that outlive the call. */
    default InputStream stream() {
        return InputStream.nullInputStream();
    }

    /** A result that comes later. */
    default CompletionStage<String> later() {
        throw new UnsupportedOperationException("later");
    }

    /** Work that lasts until {@code listener} has heard enough. */
    @LongRunning
    default String work(Listener listener) {
        throw new UnsupportedOperationException("work");
    }

    /** The same, and it changes nothing. */
    @LongRunning
    @ReadOnly
    default String watch(Listener listener) {
        throw new UnsupportedOperationException("watch");
    }

    /** Hears of work. */
    interface Listener {
        /** A step; what it answers ends the work. */
        boolean step(int number);
    }
}
