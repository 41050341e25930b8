package dev.plugbay.processor;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.RecordComponentElement;
import org.jspecify.annotations.Nullable;

/** Turns the text of a default into a value of its type; fails with {@link IllegalArgumentException} and a sentence where it does not fit. */
final class ConfigDefault {
    private final Env env;

    ConfigDefault(Env env) {
        this.env = env;
    }

    /** The value that a text stands for. */
    Object of(ConfigType type, String text) {
        return switch (type) {
            case ConfigType.Text any -> checked(any, text);
            case ConfigType.Choice any -> checked(any, text);
            default -> checked(type, json(type, text));
        };
    }

    private static Object json(ConfigType type, String text) {
        try {
            return Json.read(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not " + name(type), e);
        }
    }

    private Object checked(ConfigType type, Object value) {
        boolean fits = switch (type) {
            case ConfigType.Text(ConfigType.Form form) -> value instanceof String text && fits(form, text);
            case ConfigType.Bool() -> value instanceof Boolean;
            case ConfigType.Whole whole ->
                (value instanceof Integer || value instanceof Long)
                        && value instanceof Number number
                        && number.longValue() >= whole.min()
                        && number.longValue() <= whole.max();
            case ConfigType.Decimal() -> value instanceof Number;
            case ConfigType.Choice(List<String> words) -> value instanceof String text && words.contains(text);
            case ConfigType.Maybe(ConfigType inner) -> holds(inner, value);
            case ConfigType.Many(ConfigType element, boolean unique) ->
                value instanceof List<?> list && fits(element, unique, list);
            case ConfigType.Named(ConfigType element) ->
                value instanceof Map<?, ?> map && map.values().stream().allMatch(one -> holds(element, one));
            case ConfigType.Nested nested -> value instanceof Map<?, ?> map && fits(nested, map);
        };
        if (!fits) {
            throw new IllegalArgumentException(shown(value) + " is not " + name(type));
        }
        return value;
    }

    /** Says what does not fit inside, instead of that the whole does not. */
    private boolean holds(ConfigType type, @Nullable Object value) {
        if (value != null) {
            checked(type, value);
        }
        return value != null;
    }

    private boolean fits(ConfigType element, boolean unique, List<?> list) {
        return list.stream().allMatch(one -> holds(element, one))
                && (!unique || new HashSet<>(list).size() == list.size());
    }

    private boolean fits(ConfigType.Nested nested, Map<?, ?> map) {
        var left = new HashSet<Object>(map.keySet());
        for (RecordComponentElement component : nested.components()) {
            String name = component.getSimpleName().toString();
            left.remove(name);
            Object value = map.get(name);
            if (value != null) {
                ConfigType.of(env, component.asType()).ifPresent(type -> checked(type, value));
            } else if (ConfigSchema.isRequired(env, component)) {
                throw new IllegalArgumentException(shown(map) + " lacks " + name);
            }
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    nested.type().getSimpleName() + " has no " + left.iterator().next());
        }
        return true;
    }

    private static boolean fits(ConfigType.Form form, String text) {
        try {
            return switch (form) {
                case PLAIN -> true;
                case PATH -> Path.of(text).getNameCount() >= 0;
                case URI -> URI.create(text).toString().equals(text);
                case DURATION -> Texts.duration(text).isPresent();
            };
        } catch (InvalidPathException e) {
            return false;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a URI", e);
        }
    }

    private static String shown(Object value) {
        return value instanceof String text
                ? "\"" + text + "\""
                : Json.write(value).strip();
    }

    private static String name(ConfigType type) {
        return switch (type) {
            case ConfigType.Text(ConfigType.Form form) ->
                switch (form) {
                    case PLAIN -> "a text";
                    case PATH -> "a path";
                    case URI -> "a URI";
                    case DURATION -> "a duration, such as 30s, 5m or PT1H";
                };
            case ConfigType.Bool() -> "true or false";
            case ConfigType.Whole whole -> whole.max() == Integer.MAX_VALUE ? "an int" : "a long";
            case ConfigType.Decimal() -> "a number";
            case ConfigType.Choice(List<String> words) -> "one of " + String.join(", ", words);
            case ConfigType.Maybe(ConfigType inner) -> name(inner);
            case ConfigType.Many many -> many.unique() ? "a JSON list without repetition" : "a JSON list";
            case ConfigType.Named named -> "a JSON object";
            case ConfigType.Nested nested ->
                "a JSON object for " + nested.type().getSimpleName();
        };
    }
}
