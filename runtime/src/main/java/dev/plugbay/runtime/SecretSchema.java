package dev.plugbay.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * All schemas that may speak about one place of a configuration. Branches that may not apply count as well: masking too much is
 * better than showing a secret.
 *
 * @param root the whole schema, which {@code $ref} points into
 * @param parts the schemas
 */
record SecretSchema(Map<String, Object> root, List<Map<String, Object>> parts) {
    private static final List<String> BRANCHES = List.of("allOf", "anyOf", "oneOf");
    private static final List<String> CONDITIONS = List.of("if", "then", "else", "not");

    static SecretSchema of(Map<String, Object> schema) {
        return of(schema, List.of(schema));
    }

    private static SecretSchema of(Map<String, Object> root, List<?> schemas) {
        List<Map<String, Object>> parts = new ArrayList<>();
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        schemas.forEach(schema -> expand(root, schema, parts, seen));
        return new SecretSchema(root, parts);
    }

    private static void expand(
            Map<String, Object> root, @Nullable Object schema, List<Map<String, Object>> parts, Set<Object> seen) {
        if (!(schema instanceof Map<?, ?> map) || !seen.add(map)) {
            return;
        }
        parts.add(Trees.object(map));
        for (String keyword : BRANCHES) {
            if (map.get(keyword) instanceof List<?> branches) {
                branches.forEach(branch -> expand(root, branch, parts, seen));
            }
        }
        CONDITIONS.forEach(keyword -> expand(root, map.get(keyword), parts, seen));
        if (map.get("dependentSchemas") instanceof Map<?, ?> dependent) {
            dependent.values().forEach(branch -> expand(root, branch, parts, seen));
        }
        if (map.get("$ref") instanceof String reference && reference.startsWith("#")) {
            expand(root, target(root, reference.substring(1)), parts, seen);
        }
    }

    private static @Nullable Object target(Map<String, Object> root, String pointer) {
        Object at = root;
        for (String step :
                pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
            String name = step.replace("~1", "/").replace("~0", "~");
            if (at instanceof Map<?, ?> map) {
                at = map.get(name);
            } else if (at instanceof List<?> list
                    && name.matches("[0-9]{1,6}")
                    && Integer.parseInt(name) < list.size()) {
                at = list.get(Integer.parseInt(name));
            } else {
                return null;
            }
        }
        return at;
    }

    boolean secret() {
        return parts.stream().anyMatch(part -> Boolean.TRUE.equals(part.get("writeOnly")));
    }

    SecretSchema property(String name) {
        List<Object> schemas = new ArrayList<>();
        for (Map<String, Object> part : parts) {
            boolean named =
                    part.get("properties") instanceof Map<?, ?> properties && add(properties.get(name), schemas);
            if (part.get("patternProperties") instanceof Map<?, ?> patterns) {
                for (Map.Entry<?, ?> pattern : patterns.entrySet()) {
                    named |= fits(pattern.getKey().toString(), name) && add(pattern.getValue(), schemas);
                }
            }
            if (!named) {
                add(part.get("additionalProperties"), schemas);
                add(part.get("unevaluatedProperties"), schemas);
            }
        }
        return of(root, schemas);
    }

    private static boolean fits(String pattern, String name) {
        try {
            return Pattern.compile(pattern).matcher(name).find();
        } catch (PatternSyntaxException e) {
            return true;
        }
    }

    SecretSchema item(int index) {
        List<Object> schemas = new ArrayList<>();
        for (Map<String, Object> part : parts) {
            if (part.get("prefixItems") instanceof List<?> first && index < first.size()) {
                add(first.get(index), schemas);
            } else {
                add(part.get("items"), schemas);
                add(part.get("unevaluatedItems"), schemas);
            }
            add(part.get("contains"), schemas);
        }
        return of(root, schemas);
    }

    private static boolean add(@Nullable Object schema, List<Object> schemas) {
        return schema != null && schemas.add(schema);
    }
}
