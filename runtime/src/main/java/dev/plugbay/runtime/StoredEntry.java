package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a file about a plugin holds. */
record StoredEntry(String id, HostStore.Entry entry) {
    byte[] write() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", id);
        tree.put("enabled", entry.enabled());
        entry.installed().ifPresent(hash -> tree.put("installed", hash));
        tree.put("config", entry.config());
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

    static StoredEntry read(byte[] bytes, Path file) {
        try {
            if (Json.parse(bytes) instanceof Map<?, ?> tree
                    && tree.get("id") instanceof String id
                    && tree.get("enabled") instanceof Boolean enabled
                    && (tree.get("installed") == null || tree.get("installed") instanceof String)
                    && tree.get("config") instanceof Map<?, ?> config) {
                Optional<String> installed = Optional.ofNullable((String) tree.get("installed"));
                return new StoredEntry(id, new HostStore.Entry(enabled, installed, Trees.object(config)));
            }
        } catch (Json.Malformed e) {
            throw DurableFiles.corrupt(file, e.getMessage() == null ? "it is not JSON" : e.getMessage());
        }
        throw DurableFiles.corrupt(file, "id, enabled or config is missing or of another type");
    }
}
