package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One object of a manifest being read; remembers which fields were asked for, so that the others can be refused. */
final class ManifestNode {
    private static final int MAX_TEXT = 8192;

    private final Map<String, Object> fields;
    private final String pointer;
    private final String origin;
    private final @Nullable String plugin;
    private final Set<String> asked;

    ManifestNode(Map<String, Object> fields, String pointer, String origin) {
        this(fields, pointer, origin, null, new TreeSet<>());
    }

    private ManifestNode(
            Map<String, Object> fields, String pointer, String origin, @Nullable String plugin, Set<String> asked) {
        this.fields = fields;
        this.pointer = pointer;
        this.origin = origin;
        this.plugin = plugin;
        this.asked = asked;
    }

    String origin() {
        return origin;
    }

    /** The same object, whose failures name the plugin. */
    ManifestNode about(String id) {
        return new ManifestNode(fields, pointer, origin, id, asked);
    }

    boolean has(String field) {
        asked.add(field);
        return fields.containsKey(field);
    }

    /** All names, each counted as asked for. */
    Set<String> names() {
        asked.addAll(fields.keySet());
        return fields.keySet();
    }

    String text(String field) {
        String text = optional(field).orElseThrow(() -> missing(field));
        if (text.isBlank()) {
            throw invalid(field, "must not be empty");
        }
        return text;
    }

    Optional<String> optional(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        return Optional.of(asText(field, fields.get(field)));
    }

    private String asText(String field, @Nullable Object value) {
        if (!(value instanceof String text)) {
            throw invalid(field, "must be text");
        }
        if (text.length() > MAX_TEXT) {
            throw invalid(field, "has more than " + MAX_TEXT + " characters");
        }
        return text;
    }

    List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (Object item : list(field)) {
            texts.add(asText(field + "/" + texts.size(), item));
        }
        return texts;
    }

    List<ManifestNode> children(String field) {
        List<ManifestNode> children = new ArrayList<>();
        for (Object item : list(field)) {
            children.add(node(field + "/" + children.size(), item));
        }
        return children;
    }

    private List<?> list(String field) {
        if (!has(field)) {
            return List.of();
        }
        if (fields.get(field) instanceof List<?> list) {
            return list;
        }
        throw invalid(field, "must be a list");
    }

    /** The object at {@code field}; an empty one when it is absent. */
    ManifestNode child(String field) {
        return has(field)
                ? node(field, fields.get(field))
                : new ManifestNode(Map.of(), at(field), origin, plugin, new TreeSet<>());
    }

    private ManifestNode node(String field, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new ManifestNode(Trees.object(map), at(field), origin, plugin, new TreeSet<>());
        }
        throw invalid(field, "must be an object");
    }

    /** The object at {@code field} as it is; an empty one when it is absent. */
    Map<String, Object> tree(String field) {
        return child(field).fields;
    }

    int integer(String field) {
        if (!has(field)) {
            throw missing(field);
        }
        if (fields.get(field) instanceof Long number && number == number.intValue()) {
            return number.intValue();
        }
        throw invalid(field, "must be a whole number");
    }

    boolean truth(String field) {
        if (!has(field)) {
            return false;
        }
        if (fields.get(field) instanceof Boolean truth) {
            return truth;
        }
        throw invalid(field, "must be true or false");
    }

    <T> T oneOf(String field, @Nullable String fallback, Map<String, T> values) {
        String text = fallback == null ? text(field) : optional(field).orElse(fallback);
        T value = values.get(text);
        if (value == null) {
            throw invalid(field, "must be one of " + String.join(", ", new TreeSet<>(values.keySet())));
        }
        return value;
    }

    <T> T parsed(String field, Function<String, T> parser) {
        String text = text(field);
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw invalid(field, "cannot be read: " + e.getMessage());
        }
    }

    void refuseUnknown() {
        for (String field : fields.keySet()) {
            if (!asked.contains(field) && !field.equals("$schema") && !field.startsWith("x-")) {
                throw invalid(field, "is not a field that manifests have" + suggestion(field, asked));
            }
        }
    }

    static String suggestion(String name, Collection<String> known) {
        return Nearest.to(name, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }

    PlugbayException missing(String field) {
        return failure(field, "is missing");
    }

    PlugbayException invalid(String field, String why) {
        return failure(field, why);
    }

    private PlugbayException failure(String field, String why) {
        String where = at(field);
        PlugbayException.Builder failure = PlugbayException.of(
                        ErrorCode.INVALID_MANIFEST,
                        "The manifest of " + origin + " is invalid: " + Json.quoted(where) + " " + why
                                + (why.endsWith("?") ? "" : "."))
                .pointer(where);
        if (plugin != null) {
            failure.plugin(plugin);
        }
        return failure.build();
    }

    /** The pointer of a field, or of an item as {@code field/0}. */
    private String at(String field) {
        int slash = field.lastIndexOf('/');
        boolean item = slash > 0
                && field.substring(slash + 1).chars().allMatch(Character::isDigit)
                && !fields.containsKey(field);
        return item
                ? pointer + "/" + escape(field.substring(0, slash)) + field.substring(slash)
                : pointer + "/" + escape(field);
    }

    static String escape(String name) {
        String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name;
        return shown.replace("~", "~0").replace("/", "~1");
    }
}
