package dev.plugbay.runtime;

import java.nio.file.Path;

/**
 * A folder where plugins are looked for.
 *
 * @param path the folder; it need not exist
 * @param kind {@code bundled}, {@code system}, {@code local}, {@code home} or {@code path}; plugins of the first two are not removed through the host
 */
public record PluginFolder(Path path, String kind) {
    /** Whether the host may delete plugins from it. */
    public boolean removable() {
        return !kind.equals("bundled") && !kind.equals("system");
    }
}
