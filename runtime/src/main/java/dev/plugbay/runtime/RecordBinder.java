package dev.plugbay.runtime;

import dev.plugbay.api.ConfigValue;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns configurations into records. Messages name the place of what is wrong, and never show the value: it may be a secret. */
public final class RecordBinder {
    private RecordBinder() {}

    /**
     * A record that holds a configuration, with the defaults of its {@link ConfigValue}s. What is absent and neither has a default nor is
     * {@code Optional}, a list, a set or a map, is missing; a nested record that is absent is made of its own defaults.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_CONFIG} with the pointer of what is wrong, missing or unknown
     */
    public static <C extends Record> C bind(Class<C> type, Map<String, Object> tree) {
        return record(type, tree, ConfigPlace.ROOT);
    }

    private static <C> C record(Class<C> type, Map<String, Object> tree, ConfigPlace place) {
        RecordComponent[] components = type.getRecordComponents();
        List<String> names =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        for (String name : tree.keySet()) {
            if (!names.contains(name)) {
                throw unknown(name, names, place);
            }
        }
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = component(components[i], tree.get(names.get(i)), place.child(names.get(i)));
        }
        return construct(type, components, values, place);
    }

    private static PlugbayException unknown(String name, List<String> names, ConfigPlace place) {
        String remedy = Nearest.to(name, names)
                .map(near -> "Did you mean \"" + near + "\"?")
                .orElse(names.isEmpty() ? "Remove it." : "Remove it, or use one of: " + String.join(", ", names) + ".");
        return place.child(name).invalid("is not known.", remedy);
    }

    private static <C> C construct(
            Class<C> type, RecordComponent[] components, @Nullable Object[] values, ConfigPlace place) {
        try {
            Constructor<C> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof VirtualMachineError error) {
                throw error;
            }
            // Its message may show values.
            String thrown =
                    e.getCause() == null ? "a failure" : e.getCause().getClass().getSimpleName();
            throw place.invalid(
                    "was refused by " + type.getSimpleName() + " with " + thrown + ".",
                    "Check the values against what the plugin expects.");
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw place.invalid(
                    "cannot be held: " + type.getSimpleName() + " cannot be constructed ("
                            + e.getClass().getSimpleName() + ").",
                    "Open the record's package to the host, or make it public.");
        }
    }

    private static Object component(RecordComponent component, @Nullable Object given, ConfigPlace place) {
        Type type = component.getGenericType();
        if (given != null) {
            return value(type, given, place);
        }
        ConfigValue described = component.getAnnotation(ConfigValue.class);
        if (described != null && !described.defaultValue().isEmpty()) {
            return byDefault(type, described.defaultValue(), place);
        }
        Class<?> raw = raw(type, place);
        if (raw == Optional.class) {
            return Optional.empty();
        }
        if (raw == List.class) {
            return List.of();
        }
        if (raw == Set.class) {
            return Set.of();
        }
        if (raw == Map.class) {
            return Map.of();
        }
        if (raw.isRecord()) {
            return record(raw, Map.of(), place);
        }
        throw place.invalid("is missing.", "Set it to " + ScalarBinder.expected(raw) + ".");
    }

    private static Object byDefault(Type type, String text, ConfigPlace place) {
        Class<?> raw = raw(type, place);
        if (raw == Optional.class) {
            return Optional.of(byDefault(argument(type, 0, place), text, place));
        }
        if (ScalarBinder.isText(raw)) {
            return value(type, text, place);
        }
        try {
            Object tree = Json.parse(text);
            if (tree != null) {
                return value(type, tree, place);
            }
        } catch (Json.Malformed e) {
            // told below
        }
        throw place.invalid("has a default that is not JSON.", "Correct defaultValue in the plugin.");
    }

    private static Object value(Type type, @Nullable Object value, ConfigPlace place) {
        Class<?> raw = raw(type, place);
        if (raw == Optional.class) {
            return value == null ? Optional.empty() : Optional.of(value(argument(type, 0, place), value, place));
        }
        if (value == null) {
            throw place.invalid("must not be null.", "Set it, or leave it out.");
        }
        if (raw == List.class) {
            return Collections.unmodifiableList(items(type, value, place));
        }
        if (raw == Set.class) {
            return Collections.unmodifiableSet(new LinkedHashSet<>(items(type, value, place)));
        }
        if (raw == Map.class) {
            return named(type, value, place);
        }
        if (raw.isRecord()) {
            return record(raw, tree(value, place), place);
        }
        return ScalarBinder.bind(raw, value, place);
    }

    private static List<Object> items(Type type, Object value, ConfigPlace place) {
        if (!(value instanceof List<?> list)) {
            throw place.invalid("must be a list.", "Set it to a list.");
        }
        Type element = argument(type, 0, place);
        List<Object> items = new ArrayList<>();
        for (Object item : list) {
            items.add(value(element, item, place.child(items.size())));
        }
        return items;
    }

    private static Map<String, Object> named(Type type, Object value, ConfigPlace place) {
        if (raw(argument(type, 0, place), place) != String.class) {
            throw unsupported(type, place);
        }
        Type element = argument(type, 1, place);
        Map<String, Object> values = new LinkedHashMap<>();
        tree(value, place).forEach((name, item) -> values.put(name, value(element, item, place.child(name))));
        return Collections.unmodifiableMap(values);
    }

    private static Map<String, Object> tree(Object value, ConfigPlace place) {
        if (!(value instanceof Map<?, ?> map)) {
            throw place.invalid("must be an object.", "Set it to an object, with names and values.");
        }
        return Trees.object(map);
    }

    private static Class<?> raw(Type type, ConfigPlace place) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType generic when generic.getRawType() instanceof Class<?> plain -> plain;
            default -> throw unsupported(type, place);
        };
    }

    private static Type argument(Type type, int index, ConfigPlace place) {
        if (type instanceof ParameterizedType generic && generic.getActualTypeArguments().length > index) {
            return generic.getActualTypeArguments()[index];
        }
        throw unsupported(type, place);
    }

    private static PlugbayException unsupported(Type type, ConfigPlace place) {
        return place.invalid(
                "has the type " + type.getTypeName() + ", which no configuration can hold.",
                "Change the record to types that ConfigValue lists.");
    }
}
