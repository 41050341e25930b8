package dev.plugbay.daemon;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Replaces known secret values in whatever is logged or told as a problem: a plugin may put its password into a message. Values shorter
 * than four characters are left alone: they occur everywhere by chance.
 *
 * <p>Shared by all threads; the list in use is immutable and replaced as a whole. A value that was once a secret stays one.
 */
final class Redactor {
    private static final int SHORTEST = 4;
    private static final String MASK = "********";

    /** Longest first, so that no part of a longer one is left. */
    private volatile List<String> secrets = List.of();

    /** Adds secret values. */
    synchronized void add(Collection<String> values) {
        if (secrets.containsAll(values)) {
            return;
        }
        secrets = Stream.concat(secrets.stream(), values.stream())
                .filter(value -> value.length() >= SHORTEST)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** The text with every known secret value masked. */
    String redact(String text) {
        String redacted = text;
        for (String secret : secrets) {
            redacted = redacted.replace(secret, MASK);
        }
        return redacted;
    }

    /** The same for each text in a tree. */
    Map<String, Object> tree(Map<String, ?> tree) {
        Map<String, Object> redacted = new LinkedHashMap<>();
        tree.forEach((key, value) -> redacted.put(key, value(value)));
        return redacted;
    }

    private Object value(Object value) {
        return switch (value) {
            case String text -> redact(text);
            case Map<?, ?> map -> tree(dev.plugbay.runtime.Trees.object(map));
            case List<?> list -> list.stream().map(this::value).toList();
            default -> value;
        };
    }
}
