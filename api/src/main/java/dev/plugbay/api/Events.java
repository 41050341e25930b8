package dev.plugbay.api;

import java.util.Map;
import java.util.function.Consumer;

/** Events between plugins and host. Delivery is on the host's threads, in order for each subscriber, each with a lease. */
public interface Events {
    /**
     * Publishes an event.
     *
     * @param type dotted words, such as {@code backup.done}; the host prefixes the instance's name and a dot
     * @param data text, numbers, booleans, and lists and maps of these
     */
    void publish(String type, Map<String, ?> data);

    /**
     * Subscribes; inert until the generation is published.
     *
     * @param pattern a type, or a prefix that ends in {@code *}
     */
    Registration subscribe(String pattern, Consumer<Event> listener);

    /**
     * An event.
     *
     * @param type its full type
     * @param data its data; unmodifiable
     */
    record Event(String type, Map<String, Object> data) {}
}
