package dev.plugbay.processor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts together what is written by hand, what the annotations say, and what follows from the build. Where hand and annotations say different things about the
 * same field, neither wins: it is a mistake. What only follows from the build yields to both.
 */
final class Merge {
    private static final List<String> ORDER = List.of(
            "$schema",
            "manifestVersion",
            "id",
            "name",
            "version",
            "description",
            "author",
            "license",
            "homepage",
            "requires",
            "runtime",
            "extensions",
            "capabilities",
            "exports",
            "permissions",
            "limits",
            "configSchema",
            "reload",
            "reloadOnConfigChange",
            "healthInterval");
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "", Set.copyOf(ORDER),
            "requires", Set.of("java", "platform", "apis", "plugins"),
            "runtime", Set.of("kind", "main", "classpath", "command", "protocol"),
            "permissions", Set.of("network", "filesystem", "environment", "processes", "host"),
            "extensions", Set.of("point", "class", "name", "order", "properties"),
            "capabilities", Set.of("id", "version"),
            "exports", Set.of("jar"),
            "limits", Set.of("memory", "cpu", "processes", "files"));

    private final Env env;
    private final Mark info;

    Merge(Env env, Mark info) {
        this.env = env;
        this.info = info;
    }

    Map<String, Object> of(Map<String, Object> hand, Map<String, Object> said, Map<String, Object> implied) {
        checkFields(hand);
        Map<String, Object> merged = map(map(hand, said, "", true), implied, "", false);
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (String field : ORDER) {
            Object value = merged.get(field);
            if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
                ordered.put(field, value);
            }
        }
        merged.forEach((field, value) -> {
            if (field.startsWith("x-")) {
                ordered.put(field, value);
            }
        });
        return ordered;
    }

    private void checkFields(Map<String, Object> hand) {
        FIELDS.forEach((field, known) -> {
            Object part = field.isEmpty() ? hand : hand.getOrDefault(field, Map.of());
            List<?> parts = part instanceof List<?> list ? list : List.of(part);
            for (Object object : parts) {
                for (String name : ManifestFile.map(object).keySet()) {
                    if (!known.contains(name) && !(field.isEmpty() && name.startsWith("x-"))) {
                        String pointer = (field.isEmpty() ? "" : "/" + field) + "/" + name;
                        env.mistakes()
                                .at(
                                        info,
                                        "",
                                        "the manifest written by hand has " + pointer + ", which no manifest has"
                                                + Texts.suggestion(name, known));
                    }
                }
            }
        });
    }

    /** {@code first} with what {@code second} adds; {@code strict} where both must agree. */
    private Map<String, Object> map(
            Map<String, Object> first, Map<String, Object> second, String pointer, boolean strict) {
        Map<String, Object> merged = new LinkedHashMap<>(first);
        second.forEach((key, value) -> {
            Object there = merged.get(key);
            String here = pointer + "/" + key;
            if (there == null) {
                merged.put(key, value);
            } else if (there instanceof Map<?, ?> left && value instanceof Map<?, ?> right) {
                merged.put(key, map(Json.object(left), Json.object(right), here, strict));
            } else if (there instanceof List<?> left && value instanceof List<?> right) {
                merged.put(key, list(left, right, here, strict));
            } else if (strict && !there.equals(value)) {
                env.mistakes()
                        .at(
                                info,
                                key,
                                "the manifest written by hand says "
                                        + Json.write(there).strip() + " for " + here
                                        + ", the annotations and options say "
                                        + Json.write(value).strip() + "; say it in one place");
            }
        });
        return merged;
    }

    private List<Object> list(List<?> first, List<?> second, String pointer, boolean strict) {
        Map<Object, Object> merged = new LinkedHashMap<>();
        first.forEach(item -> merged.put(identity(item), item));
        for (Object item : second) {
            Object there = merged.get(identity(item));
            if (there instanceof Map<?, ?> left && item instanceof Map<?, ?> right) {
                merged.put(
                        identity(item),
                        map(Json.object(left), Json.object(right), pointer + "/" + positionOf(merged, item), strict));
            } else {
                merged.put(identity(item), item);
            }
        }
        return new ArrayList<>(merged.values());
    }

    private static int positionOf(Map<Object, Object> merged, Object item) {
        return new ArrayList<>(merged.keySet()).indexOf(identity(item));
    }

    /** What makes two items the same thing: point and name of an extension, id of a capability, else the whole. */
    private static Object identity(Object item) {
        Map<String, Object> map = ManifestFile.map(item);
        if (map.containsKey("point")) {
            return List.of("point", map.get("point"), map.getOrDefault("name", ""));
        }
        return map.containsKey("id") ? List.of("id", map.get("id")) : item;
    }
}
