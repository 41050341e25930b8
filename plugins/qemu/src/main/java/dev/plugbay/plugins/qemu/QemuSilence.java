package dev.plugbay.plugins.qemu;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.LeashedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How long a program has done nothing: said nothing, used no processor time, and written nothing. It reports each percent only, and one of a large disk takes long; but one that waits for a source that hangs does
 * none of the three. Used by one thread.
 */
final class QemuSilence {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final LeashedProcess process;
    private final Path target;
    private final Duration limit;
    private long since = System.nanoTime();
    private long looked = since;
    private Duration worked = Duration.ZERO;
    private long written;

    QemuSilence(LeashedProcess process, Path target, Duration limit) {
        this.process = process;
        this.target = target;
        this.limit = limit;
    }

    /** It has said something. */
    void broken() {
        since = System.nanoTime();
    }

    /**
     * Looks, once in a while, whether it does anything.
     *
     * @throws PluginException {@link ErrorCode#UNAVAILABLE} when it has been silent for too long
     */
    void check() {
        long now = System.nanoTime();
        if (now - looked < LOOK.toNanos()) {
            return;
        }
        looked = now;
        Duration work = process.cpuTime();
        long bytes = size();
        if (!work.equals(worked) || bytes != written) {
            worked = work;
            written = bytes;
            since = now;
        } else if (now - since > limit.toNanos()) {
            throw new PluginException(
                    ErrorCode.UNAVAILABLE,
                    "qemu-img has done nothing for " + limit.toSeconds()
                            + " s: what it reads from, or writes to, hangs",
                    true);
        }
    }

    private long size() {
        try {
            return Files.size(target);
        } catch (IOException e) {
            return 0; // not made yet
        }
    }
}
