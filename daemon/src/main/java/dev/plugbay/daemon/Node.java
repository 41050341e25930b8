package dev.plugbay.daemon;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a configuration file that knows its line, so that whoever refuses it can say where it is. */
sealed interface Node {
    /** The line, from 1. */
    int line();

    /** Maps, lists and plain values. */
    @Nullable
    Object plain();

    /** A map; each entry's line is its key's. */
    record Mapping(Map<String, Entry> entries, int line) implements Node {
        /** A key and its value. */
        record Entry(int line, Node value) {}

        @Override
        public Map<String, Object> plain() {
            Map<String, Object> plain = new LinkedHashMap<>();
            entries.forEach((key, entry) -> {
                Object value = entry.value().plain();
                if (value != null) {
                    plain.put(key, value);
                }
            });
            return plain;
        }
    }

    /** A list. */
    record Sequence(List<Node> items, int line) implements Node {
        @Override
        public List<Object> plain() {
            List<Object> plain = new ArrayList<>();
            for (Node item : items) {
                Object value = item.plain();
                if (value != null) {
                    plain.add(value);
                }
            }
            return plain;
        }
    }

    /** Text, a number, a boolean, or nothing. */
    record Scalar(@Nullable Object value, int line) implements Node {
        @Override
        public @Nullable Object plain() {
            return value;
        }
    }
}
