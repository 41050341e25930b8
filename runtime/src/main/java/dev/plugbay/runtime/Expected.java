package dev.plugbay.runtime;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in words what a schema wants. */
final class Expected {
    private Expected() {}

    /** As {@code a whole number of at least 1 and at most 65535}. */
    static String value(Map<String, Object> schema) {
        if (schema.get("enum") instanceof List<?> allowed) {
            return oneOf(allowed);
        }
        String format = format(schema);
        StringBuilder out = new StringBuilder(format.isEmpty() ? type(schema) : format);
        String separator = " ";
        for (String[] bound : new String[][] {
            {"minimum", "of at least %s"},
            {"maximum", "of at most %s"},
            {"exclusiveMinimum", "of more than %s"},
            {"exclusiveMaximum", "of less than %s"},
            {"minLength", "of at least %s characters"},
            {"maxLength", "of at most %s characters"},
            {"minItems", "of at least %s items"},
            {"maxItems", "of at most %s items"}
        }) {
            if (schema.get(bound[0]) instanceof Number number) {
                out.append(separator).append(bound[1].replace("%s", number.toString()));
                separator = " and ";
            }
        }
        if (format.isEmpty() && schema.get("pattern") instanceof String pattern) {
            out.append(separator).append("that matches ").append(pattern);
        }
        return out.toString();
    }

    static String oneOf(List<?> allowed) {
        return "one of: " + allowed.stream().map(Json::write).collect(Collectors.joining(", "));
    }

    /** The words for its types; {@code a finite value} when it has none. */
    static String type(Map<String, Object> schema) {
        return switch (schema.get("type")) {
            case null -> "a finite value";
            case List<?> list -> list.stream().map(Expected::word).collect(Collectors.joining(" or "));
            case Object type -> word(type);
        };
    }

    private static String word(@Nullable Object type) {
        return switch (String.valueOf(type)) {
            case "object" -> "an object";
            case "array" -> "a list";
            case "string" -> "text";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            default -> "null";
        };
    }

    /** The words for its format; empty for one that is not checked. */
    static String format(Map<String, Object> schema) {
        return switch (String.valueOf(schema.get("format"))) {
            case "uri" -> "a URI with a scheme, such as https://example.com";
            case "uri-reference" -> "a URI";
            case "duration", "plugbay-duration" -> "a length of time, such as 500ms, 30s, 5m or PT1H";
            case "path" -> "a path";
            default -> "";
        };
    }
}
