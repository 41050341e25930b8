package dev.plugbay.daemon;

import dev.plugbay.runtime.PluginFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folders where plugins are looked for, from the least to the most specific. */
final class PluginFolders {
    private final DaemonOptions options;
    private final Path homeFolder;

    PluginFolders(DaemonOptions options, Path homeFolder) {
        this.options = options;
        this.homeFolder = homeFolder;
    }

    /** The configured list or the default one; then {@code PLUGBAY_PLUGIN_PATH}; then {@code ./plugins} where asked for. */
    List<PluginFolder> list(Values values) {
        Map<Path, PluginFolder> standard = standard();
        Map<Path, PluginFolder> folders = new LinkedHashMap<>();
        Optional<List<Path>> configured = values.paths(Key.FOLDERS);
        if (configured.isEmpty()) {
            folders.putAll(standard);
        } else {
            configured.get().forEach(path -> append(folders, standard.getOrDefault(path, other(path))));
        }
        for (String entry :
                options.environment().getOrDefault("PLUGBAY_PLUGIN_PATH", "").split(":", -1)) {
            if (!entry.isBlank()) {
                append(folders, other(values.path(Key.FOLDERS, entry.strip())));
            }
        }
        if (options.here()) {
            append(folders, other(Path.of("plugins").toAbsolutePath().normalize()));
        }
        return new ArrayList<>(folders.values());
    }

    private Map<Path, PluginFolder> standard() {
        Map<Path, PluginFolder> standard = new LinkedHashMap<>();
        options.bundled().ifPresent(path -> append(standard, new PluginFolder(path, "bundled")));
        append(standard, new PluginFolder(Path.of("/usr/lib/plugbay/plugins"), "system"));
        append(standard, new PluginFolder(Path.of("/usr/local/lib/plugbay/plugins"), "local"));
        append(standard, new PluginFolder(homeFolder.resolve("plugins"), "home"));
        return standard;
    }

    private static PluginFolder other(Path path) {
        return new PluginFolder(path, "path");
    }

    /** A folder that is named twice keeps its last, most specific place. */
    private static void append(Map<Path, PluginFolder> folders, PluginFolder folder) {
        PluginFolder known = folders.remove(folder.path());
        folders.put(folder.path(), known == null ? folder : known);
    }
}
