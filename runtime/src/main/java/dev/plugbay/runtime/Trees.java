package dev.plugbay.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trees of maps, lists, text, numbers and booleans, as JSON and YAML have them; order is kept and {@code null} allowed as a value. */
public final class Trees {
    private Trees() {}

    /** A deep, unmodifiable copy. */
    public static Map<String, Object> copy(Map<String, ?> tree) {
        Map<String, Object> copy = new LinkedHashMap<>();
        tree.forEach((key, value) -> copy.put(key, value(value)));
        return Collections.unmodifiableMap(copy);
    }

    /** {@code target} changed by a JSON merge patch (RFC 7396). */
    public static Map<String, Object> merge(Map<String, ?> target, Map<String, ?> patch) {
        Map<String, Object> merged = new LinkedHashMap<>(target);
        patch.forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else if (value instanceof Map<?, ?> inner) {
                merged.put(
                        key, merge(merged.get(key) instanceof Map<?, ?> old ? object(old) : Map.of(), object(inner)));
            } else {
                merged.put(key, value);
            }
        });
        return copy(merged);
    }

    /** A map whose keys are known to be text. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    @SuppressWarnings("NullAway") // null is a value of such trees
    private static Object value(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> copy(object(map));
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(item -> copy.add(value(item)));
                yield Collections.unmodifiableList(copy);
            }
            case null, default -> value;
        };
    }
}
