package dev.plugbay.daemon;

import dev.plugbay.runtime.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the secret values of a configuration: those whose schema says {@code writeOnly}. */
final class Secrets {
    private static final String LOCAL = "#/$defs/";
    private static final int DEEPEST = 32;

    private final Map<String, Object> root;
    private final Set<String> found = new HashSet<>();

    private Secrets(Map<String, Object> root) {
        this.root = root;
    }

    static Set<String> of(Map<String, Object> schema, Map<String, Object> config) {
        Secrets secrets = new Secrets(schema);
        secrets.visit(schema, config, 0);
        return secrets.found;
    }

    private void visit(@Nullable Object schemaNode, @Nullable Object value, int depth) {
        if (!(schemaNode instanceof Map<?, ?> map) || value == null || depth > DEEPEST) {
            return;
        }
        Map<String, Object> schema = Trees.object(map);
        if (Boolean.TRUE.equals(schema.get("writeOnly"))) {
            collect(value);
            return;
        }
        if (schema.get("$ref") instanceof String ref
                && ref.startsWith(LOCAL)
                && root.get("$defs") instanceof Map<?, ?> definitions) {
            visit(definitions.get(ref.substring(LOCAL.length())), value, depth + 1);
        }
        for (String combination : List.of("allOf", "anyOf", "oneOf")) {
            if (schema.get(combination) instanceof List<?> schemas) {
                schemas.forEach(each -> visit(each, value, depth + 1));
            }
        }
        if (value instanceof Map<?, ?> object) {
            Map<String, Object> properties =
                    schema.get("properties") instanceof Map<?, ?> known ? Trees.object(known) : Map.of();
            Trees.object(object)
                    .forEach((name, each) -> visit(
                            properties.getOrDefault(name, schema.getOrDefault("additionalProperties", false)),
                            each,
                            depth + 1));
        }
        if (value instanceof List<?> list) {
            list.forEach(item -> visit(schema.get("items"), item, depth + 1));
        }
    }

    private void collect(@Nullable Object value) {
        switch (value) {
            case Map<?, ?> map -> map.values().forEach(this::collect);
            case List<?> list -> list.forEach(this::collect);
            case Boolean ignored -> {}
            case null -> {}
            default -> found.add(value.toString());
        }
    }
}
