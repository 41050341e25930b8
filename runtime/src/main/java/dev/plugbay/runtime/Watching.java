package dev.plugbay.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has a host's plugin folders watched as its settings say, until it is closed.
 *
 * <p>Shared: {@code watch} is written with this object's monitor held, and read by scans.
 */
final class Watching implements AutoCloseable {
    private static final Duration QUIET = Duration.ofMillis(50);

    private final Runnable changed;
    private volatile @Nullable FolderWatch watch;
    private boolean closed;

    /** Watches nothing yet. */
    Watching(Runnable changed) {
        this.changed = changed;
    }

    /** Watches the folders that the settings name now, or none. */
    synchronized void adapt(HostSettings settings) {
        FolderWatch now = watch;
        List<Path> paths = settings.folders().stream().map(PluginFolder::path).toList();
        if (!settings.hotReload() || closed) {
            stop();
        } else if (now != null) {
            now.watch(paths, settings.poll());
        } else {
            watch = new FolderWatch(paths, settings.poll(), QUIET, changed);
        }
    }

    /** Tells of a change then, whether or not there is one. */
    void lookAgainAt(Instant when) {
        FolderWatch now = watch;
        if (now != null) {
            Duration delay = Duration.between(Instant.now(), when);
            now.lookAgainIn(delay.isNegative() ? Duration.ZERO : delay);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        stop();
    }

    private void stop() {
        FolderWatch now = watch;
        watch = null;
        if (now != null) {
            now.close();
        }
    }
}
