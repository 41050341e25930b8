package dev.plugbay.daemon;

import dev.plugbay.runtime.HostSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The daemon's settings.
 *
 * @param listenHost the address it serves at, of this machine's loopback
 * @param listenPort its port, 0 for a free one
 * @param stopWithin how long a stop may take at most
 * @param exportsAllow where exports may go; empty for everywhere
 * @param host how the host of plugins behaves
 */
record Settings(String listenHost, int listenPort, Duration stopWithin, List<Path> exportsAllow, HostSettings host) {
    Settings {
        exportsAllow = List.copyOf(exportsAllow);
    }
}
