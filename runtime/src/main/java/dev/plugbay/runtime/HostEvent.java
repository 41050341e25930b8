package dev.plugbay.runtime;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that happened in the host.
 *
 * @param type such as {@code plugin.reloaded}: {@code plugin.discovered|loaded|started|health|reloaded|draining|unloaded|failed|removed}, {@code instance.added|removed}, {@code config.changed}, or an event that a plugin published
 * @param at when
 * @param plugin the plugin's id
 * @param instance the instance
 * @param generation the generation
 * @param data further facts: text, numbers, booleans, lists and maps of these; never a secret
 */
public record HostEvent(
        String type,
        Instant at,
        Optional<String> plugin,
        Optional<String> instance,
        OptionalInt generation,
        Map<String, Object> data) {
    /** Copies the data. */
    public HostEvent {
        data = Map.copyOf(data);
    }
}
