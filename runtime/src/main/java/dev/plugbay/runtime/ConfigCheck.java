package dev.plugbay.runtime;

import dev.plugbay.api.PlugbayException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks values against schemas that {@link SchemaCheck} accepted, and fills in defaults. */
final class ConfigCheck {
    private ConfigCheck() {}

    /** The value with defaults; fails at the first that does not fit. */
    static @Nullable Object filled(Map<String, Object> schema, @Nullable Object value, ConfigPlace place) {
        require(isOneOf(schema.get("type"), value), schema, place, "must be " + Expected.type(schema));
        if (schema.get("enum") instanceof List<?> allowed) {
            Object same = Numbers.comparable(value);
            boolean known = allowed.stream().anyMatch(one -> java.util.Objects.equals(same, Numbers.comparable(one)));
            require(known, schema, place, "must be " + Expected.oneOf(allowed));
        }
        if (schema.containsKey("const")) {
            Object only = schema.get("const");
            boolean same = java.util.Objects.equals(Numbers.comparable(only), Numbers.comparable(value));
            require(same, schema, place, "must be " + Json.write(only));
        }
        return switch (value) {
            case String text -> {
                text(schema, text, place);
                yield text;
            }
            case Number number -> {
                number(schema, Numbers.exact(number), place);
                yield number;
            }
            case List<?> list -> items(schema, list, place);
            case Map<?, ?> map -> object(schema, Trees.object(map), place);
            case null, default -> value;
        };
    }

    private static boolean isOneOf(@Nullable Object types, @Nullable Object value) {
        if (value instanceof Number number && !Numbers.isFinite(number)) {
            return false;
        }
        return switch (types) {
            case null -> true;
            case List<?> list -> list.stream().anyMatch(type -> is(String.valueOf(type), value));
            default -> is(types.toString(), value);
        };
    }

    private static boolean is(String type, @Nullable Object value) {
        return switch (type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "integer" -> value instanceof Number number && Numbers.isWhole(number);
            case "number" -> value instanceof Number;
            case "boolean" -> value instanceof Boolean;
            default -> value == null;
        };
    }

    private static void text(Map<String, Object> schema, String text, ConfigPlace place) {
        long length = text.codePointCount(0, text.length());
        atLeast(schema, "minLength", length, place, "must have at least %s characters");
        atMost(schema, "maxLength", length, place, "must have at most %s characters");
        if (schema.get("pattern") instanceof String pattern
                && !TextPattern.of(pattern).isIn(text)) {
            // What the format says is easier to read than the pattern that comes with it.
            String format = Expected.format(schema);
            require(false, schema, place, format.isEmpty() ? "must match " + pattern : "must be " + format);
        }
        require(hasFormat(schema.get("format"), text), schema, place, "must be " + Expected.format(schema));
    }

    private static boolean hasFormat(@Nullable Object format, String text) {
        try {
            switch (String.valueOf(format)) {
                case "uri" -> {
                    return new URI(text).isAbsolute();
                }
                case "uri-reference" -> new URI(text);
                case "duration", "plugbay-duration" -> Durations.parse(text);
                case "path" -> {
                    return Path.of(text).getNameCount() >= 0;
                }
                default -> {}
            }
            return true;
        } catch (URISyntaxException | InvalidPathException e) {
            return false;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void number(Map<String, Object> schema, BigDecimal number, ConfigPlace place) {
        bound(schema, "minimum", number, place, 0, 1, "must be at least %s");
        bound(schema, "maximum", number, place, -1, 0, "must be at most %s");
        bound(schema, "exclusiveMinimum", number, place, 1, 1, "must be more than %s");
        bound(schema, "exclusiveMaximum", number, place, -1, -1, "must be less than %s");
    }

    private static void atLeast(Map<String, Object> schema, String keyword, long n, ConfigPlace place, String what) {
        bound(schema, keyword, BigDecimal.valueOf(n), place, 0, 1, what);
    }

    private static void atMost(Map<String, Object> schema, String keyword, long n, ConfigPlace place, String what) {
        bound(schema, keyword, BigDecimal.valueOf(n), place, -1, 0, what);
    }

    /** The comparison with the bound must be from {@code least} to {@code most}. */
    private static void bound(
            Map<String, Object> schema,
            String keyword,
            BigDecimal number,
            ConfigPlace place,
            int least,
            int most,
            String what) {
        if (schema.get(keyword) instanceof Number bound) {
            int compared = number.compareTo(Numbers.exact(bound));
            require(compared >= least && compared <= most, schema, place, what.replace("%s", bound.toString()));
        }
    }

    private static List<@Nullable Object> items(Map<String, Object> schema, List<?> list, ConfigPlace place) {
        atLeast(schema, "minItems", list.size(), place, "must have at least %s items");
        atMost(schema, "maxItems", list.size(), place, "must have at most %s items");
        boolean unique = Boolean.TRUE.equals(schema.get("uniqueItems"));
        Set<@Nullable Object> seen = new HashSet<>();
        List<@Nullable Object> filled = new ArrayList<>();
        for (Object item : list) {
            ConfigPlace at = place.child(filled.size());
            filled.add(schema.get("items") instanceof Map<?, ?> each ? filled(Trees.object(each), item, at) : item);
            require(!unique || seen.add(Numbers.comparable(item)), schema, at, "must not stand twice in the list");
        }
        return filled;
    }

    private static Map<String, @Nullable Object> object(
            Map<String, Object> schema, Map<String, Object> config, ConfigPlace place) {
        Map<String, Object> properties =
                schema.get("properties") instanceof Map<?, ?> map ? Trees.object(map) : Map.of();
        Map<String, @Nullable Object> filled = new LinkedHashMap<>();
        config.forEach((name, value) -> {
            ConfigPlace at = place.child(name);
            Object inner = properties.containsKey(name) ? properties.get(name) : schema.get("additionalProperties");
            if (Boolean.FALSE.equals(inner)) {
                throw unknown(name, properties.keySet(), at);
            }
            filled.put(name, inner instanceof Map<?, ?> each ? filled(Trees.object(each), value, at) : value);
        });
        properties.forEach((name, inner) -> {
            if (!config.containsKey(name) && inner instanceof Map<?, ?> each) {
                Object made = made(Trees.object(each), place.child(name));
                if (made != null) {
                    filled.put(name, made);
                }
            }
        });
        if (schema.get("required") instanceof List<?> required) {
            for (Object name : required) {
                if (!filled.containsKey(name.toString())) {
                    ConfigPlace at = place.child(name.toString());
                    Object inner = properties.get(name.toString());
                    throw at.invalid(
                            "must be set.",
                            "Set it to " + Expected.value(inner instanceof Map<?, ?> map ? Trees.object(map) : Map.of())
                                    + ".");
                }
            }
        }
        return filled;
    }

    /** What an absent property is by default, if anything; an object is made when it then has some value and lacks none. */
    private static @Nullable Object made(Map<String, Object> schema, ConfigPlace place) {
        if (schema.get("default") != null) {
            return filled(schema, schema.get("default"), place);
        }
        if (!"object".equals(schema.get("type")) || Boolean.TRUE.equals(schema.get("x-optional"))) {
            return null;
        }
        try {
            return filled(schema, Map.of(), place) instanceof Map<?, ?> map && !map.isEmpty() ? map : null;
        } catch (PlugbayException lacksSomething) {
            return null;
        }
    }

    private static PlugbayException unknown(String name, Set<String> known, ConfigPlace place) {
        String names = known.stream().sorted().collect(Collectors.joining(", "));
        return place.invalid(
                "is not known.",
                Nearest.to(name, known)
                        .map(near -> "Did you mean \"" + near + "\"?")
                        .orElse(known.isEmpty() ? "Remove it." : "Remove it, or use one of: " + names + "."));
    }

    private static void require(boolean fits, Map<String, Object> schema, ConfigPlace place, String what) {
        if (!fits) {
            throw place.invalid(what + ".", "Set it to " + Expected.value(schema) + ".");
        }
    }
}
