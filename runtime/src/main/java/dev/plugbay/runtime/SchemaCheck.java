package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Checks that a schema uses only what {@link BasicConfigValidator} enforces; what it does not know must not pass for checked. */
final class SchemaCheck {
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "integer", "number", "boolean", "null");
    private static final Set<String> KEYWORDS = Set.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "const",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minLength",
            "maxLength",
            "pattern",
            "format",
            "minItems",
            "maxItems",
            "uniqueItems",
            "default",
            "writeOnly",
            "readOnly",
            "title",
            "description",
            "$schema",
            "$id",
            "$comment",
            "examples",
            "deprecated");

    private SchemaCheck() {}

    /** Checks the schema at {@code place}; pointers of failures begin at the whole schema. */
    static void check(Map<String, Object> schema, ConfigPlace place) {
        schema.forEach((keyword, value) -> keyword(keyword, value, place.child(keyword)));
        if (schema.containsKey("default")) {
            try {
                ConfigCheck.filled(schema, schema.get("default"), ConfigPlace.ROOT);
            } catch (PlugbayException e) {
                throw invalid(place.child("default"), "does not fit its own schema.");
            }
        }
    }

    private static void keyword(String keyword, @Nullable Object value, ConfigPlace place) {
        if (!KEYWORDS.contains(keyword) && !keyword.startsWith("x-")) {
            String remedy = Nearest.to(keyword, KEYWORDS)
                    .map(near -> "Did you mean \"" + near + "\"?")
                    .orElse("Describe the configuration without it, or use a host that knows it.");
            throw PlugbayException.of(
                            ErrorCode.INVALID_MANIFEST,
                            place.shown() + " is a keyword of JSON Schema that this host does not check.")
                    .pointer(place.pointer())
                    .remedy(remedy)
                    .build();
        }
        switch (keyword) {
            case "type" -> type(value, place);
            case "properties" -> {
                Map<String, Object> properties = object(value, place);
                properties.forEach((name, inner) -> check(object(inner, place.child(name)), place.child(name)));
            }
            case "items" -> check(object(value, place), place);
            case "additionalProperties" -> {
                if (!(value instanceof Boolean)) {
                    check(object(value, place), place);
                }
            }
            case "required" -> texts(value, place);
            case "enum" -> must(value instanceof List<?> list && !list.isEmpty(), place, "must be a list of values.");
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
                must(value instanceof Number number && Numbers.isFinite(number), place, "must be a number.");
            case "minLength", "maxLength", "minItems", "maxItems" ->
                must(
                        value instanceof Number number && Numbers.isWhole(number) && number.doubleValue() >= 0,
                        place,
                        "must be a whole number of 0 or more.");
            case "uniqueItems", "writeOnly", "readOnly", "deprecated" ->
                must(value instanceof Boolean, place, "must be true or false.");
            case "pattern" -> pattern(value, place);
            case "format" -> must(value instanceof String, place, "must be text.");
            default -> {}
        }
    }

    private static void type(@Nullable Object value, ConfigPlace place) {
        List<?> names = value instanceof List<?> list
                ? list
                : List.of(Optional.<Object>ofNullable(value).orElse(""));
        must(
                !names.isEmpty()
                        && names.stream().allMatch(name -> name instanceof String text && TYPES.contains(text)),
                place,
                "must be of: array, boolean, integer, null, number, object, string.");
    }

    private static void texts(@Nullable Object value, ConfigPlace place) {
        must(
                value instanceof List<?> list && list.stream().allMatch(String.class::isInstance),
                place,
                "must be a list of names.");
    }

    private static void pattern(@Nullable Object value, ConfigPlace place) {
        must(value instanceof String, place, "must be text.");
        try {
            TextPattern.of(String.valueOf(value));
        } catch (PatternSyntaxException e) {
            throw invalid(place, "is no regular expression: " + e.getDescription() + ".");
        }
    }

    private static Map<String, Object> object(@Nullable Object value, ConfigPlace place) {
        if (value instanceof Map<?, ?> map) {
            return Trees.object(map);
        }
        throw invalid(place, "must be an object.");
    }

    private static void must(boolean holds, ConfigPlace place, String what) {
        if (!holds) {
            throw invalid(place, what);
        }
    }

    private static PlugbayException invalid(ConfigPlace place, String what) {
        return PlugbayException.of(ErrorCode.INVALID_MANIFEST, place.shown() + " " + what)
                .pointer(place.pointer())
                .remedy("Correct the configSchema in the plugin's manifest.")
                .build();
    }
}
