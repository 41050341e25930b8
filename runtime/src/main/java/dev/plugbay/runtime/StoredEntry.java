package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a file about a plugin holds. */
record StoredEntry(String id, HostStore.Entry entry) {
    byte[] write() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", id);
        tree.put("enabled", entry.enabled());
        entry.installed().ifPresent(hash -> tree.put("installed", hash));
        tree.put("config", entry.config());
        if (!entry.instances().isEmpty()) {
            Map<String, Object> instances = new TreeMap<>();
            entry.instances().forEach((name, instance) -> instances.put(name, write(instance)));
            tree.put("instances", instances);
        }
        try {
            String text = Json.write(tree) + "\n";
            // What could not be read again must not take the place of what can.
            Json.parse(text);
            return text.getBytes(StandardCharsets.UTF_8);
        } catch (Json.Malformed | IllegalArgumentException e) {
            throw PlugbayException.of(
                            ErrorCode.INVALID_CONFIG, "The configuration cannot be kept: " + e.getMessage() + ".")
                    .plugin(id)
                    .pointer("")
                    .remedy("Use values that JSON has, in fewer than 64 levels.")
                    .build();
        }
    }

    private static Map<String, Object> write(HostStore.InstanceEntry instance) {
        return Map.of("present", instance.present(), "enabled", instance.enabled(), "config", instance.config());
    }

    static StoredEntry read(byte[] bytes, Path file) {
        try {
            if (Json.parse(bytes) instanceof Map<?, ?> tree
                    && tree.get("id") instanceof String id
                    && tree.get("enabled") instanceof Boolean enabled
                    && (tree.get("installed") == null || tree.get("installed") instanceof String)
                    && tree.get("config") instanceof Map<?, ?> config
                    && (tree.get("instances") == null || tree.get("instances") instanceof Map<?, ?>)) {
                Optional<String> installed = Optional.ofNullable((String) tree.get("installed"));
                Map<String, HostStore.InstanceEntry> instances = new TreeMap<>();
                if (tree.get("instances") instanceof Map<?, ?> kept) {
                    Trees.object(kept).forEach((name, instance) -> instances.put(name, instance(instance, file)));
                }
                return new StoredEntry(id, new HostStore.Entry(enabled, installed, Trees.object(config), instances));
            }
        } catch (Json.Malformed e) {
            throw DurableFiles.corrupt(file, e.getMessage() == null ? "it is not JSON" : e.getMessage());
        }
        throw DurableFiles.corrupt(file, "id, enabled or config is missing or of another type");
    }

    private static HostStore.InstanceEntry instance(Object kept, Path file) {
        if (kept instanceof Map<?, ?> tree
                && tree.get("present") instanceof Boolean present
                && tree.get("enabled") instanceof Boolean enabled
                && tree.get("config") instanceof Map<?, ?> config) {
            return new HostStore.InstanceEntry(present, enabled, Trees.object(config));
        }
        throw DurableFiles.corrupt(file, "an instance's present, enabled or config is missing or of another type");
    }
}
