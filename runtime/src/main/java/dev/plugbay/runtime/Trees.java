package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
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

    /**
     * A deep, unmodifiable copy of a tree from a plugin.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_REQUEST} when it holds anything but maps, lists, text, numbers and booleans
     */
    public static Map<String, Object> plain(Map<String, ?> tree) {
        Map<String, Object> copy = new LinkedHashMap<>();
        tree.forEach((key, value) -> copy.put(key, plainValue(key, value)));
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
    private static Object plainValue(String key, @Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> plain(object(map));
            case List<?> list -> {
                List<Object> copy = new ArrayList<>();
                list.forEach(item -> copy.add(plainValue(key, item)));
                yield Collections.unmodifiableList(copy);
            }
            case String text -> text;
            case Boolean truth -> truth;
            case Integer number -> number;
            case Long number -> number;
            case Double number -> number;
            case Float number -> number.doubleValue();
            case null -> null;
            default ->
                throw PlugbayException.of(
                                ErrorCode.INVALID_REQUEST,
                                "\"" + key + "\" holds a " + value.getClass().getName()
                                        + "; only maps, lists, text, numbers and booleans can be passed on.")
                        .build();
        };
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
