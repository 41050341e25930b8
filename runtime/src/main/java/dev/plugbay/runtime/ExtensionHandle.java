package dev.plugbay.runtime;

import java.util.Map;

/**
 * An extension that is offered now.
 *
 * @param plugin the plugin's id
 * @param instance the instance's name
 * @param name the extension's name; empty for the only one
 * @param order its position; lower comes first
 * @param properties its properties, from the manifest
 * @param extension the handle; always the same object for one host, point, instance and name
 */
public record ExtensionHandle<T>(
        String plugin, String instance, String name, int order, Map<String, Object> properties, T extension) {
    /** Copies the properties. */
    public ExtensionHandle {
        properties = Map.copyOf(properties);
    }
}
