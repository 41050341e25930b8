package dev.plugbay.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names and values below each other, such as {@code state  RUNNING}; empty values are left out. */
final class Facts {
    private final Map<String, String> values = new LinkedHashMap<>();

    /** Adds a fact; {@code loadedAt} is shown as {@code loaded at}. */
    Facts add(String name, String value) {
        if (!value.isEmpty()) {
            values.put(name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT), Text.clean(value));
        }
        return this;
    }

    List<String> lines() {
        int widest = values.keySet().stream().mapToInt(Text::width).max().orElse(0);
        List<String> lines = new ArrayList<>();
        values.forEach((name, value) -> lines.add(name + " ".repeat(widest - Text.width(name) + 2) + value));
        return lines;
    }
}
