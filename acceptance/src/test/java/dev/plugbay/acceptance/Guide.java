package dev.plugbay.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of a guide: each block of code with a file name above it, in the guide's order. */
final class Guide {
    private static final Pattern NAME = Pattern.compile("^`([\\w./-]+\\.(?:xml|java))`.*");
    private static final String FENCE = "```";

    private final Map<String, String> files;

    private Guide(Map<String, String> files) {
        this.files = files;
    }

    /** Reads {@code docs/<name>.md}. */
    static Guide read(String name) {
        Map<String, String> files = new LinkedHashMap<>();
        String file = "";
        List<String> block = new ArrayList<>();
        boolean inside = false;
        try {
            for (String line : Files.readAllLines(Built.root().resolve("docs").resolve(name + ".md"))) {
                Matcher named = NAME.matcher(line);
                if (line.startsWith(FENCE)) {
                    if (inside && !file.isEmpty()) {
                        files.put(file, String.join("\n", block) + "\n");
                        file = "";
                    }
                    inside = !inside;
                    block.clear();
                } else if (inside) {
                    block.add(line);
                } else if (named.matches()) {
                    file = named.group(1);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Guide(files);
    }

    /** Writes those files whose names begin with {@code prefix} into a folder, without the prefix. */
    Guide write(String prefix, Path folder) {
        files.forEach((name, text) -> {
            if (name.startsWith(prefix)) {
                write(folder.resolve(name.substring(prefix.length())), text);
            }
        });
        return this;
    }

    /** All but those of a project in a folder of its own. */
    Guide without(String prefix) {
        Map<String, String> rest = new LinkedHashMap<>(files);
        rest.keySet().removeIf(name -> name.startsWith(prefix));
        return new Guide(rest);
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
