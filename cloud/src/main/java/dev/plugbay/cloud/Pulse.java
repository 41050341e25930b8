package dev.plugbay.cloud;

import dev.plugbay.api.CallContext;
import java.util.OptionalLong;

/** Checks for cancellation often, and reports progress as often as somebody can use it: each percent, and ten times a second. Used by one thread. */
final class Pulse {
    private static final long INTERVAL_NANOS = 100_000_000;

    private final CallContext call;
    private final ProgressListener listener;
    private final String phase;
    private final long before;
    private final long total;
    private long reported = -1;
    private long reportedAt;

    /** Reports on {@code total} bytes, of which {@code before} are done. */
    Pulse(CallContext call, ProgressListener listener, String phase, long before, long total) {
        this.call = call;
        this.listener = listener;
        this.phase = phase;
        this.before = before;
        this.total = total;
    }

    /** Now {@code done} bytes more are done. */
    void beat(long done) {
        call.throwIfCancelled();
        long now = System.nanoTime();
        long bytes = before + done;
        if (reported < 0
                || bytes - reported >= Math.max(1, total / 100)
                || (bytes > reported && now - reportedAt >= INTERVAL_NANOS)) {
            report(bytes, now);
        }
    }

    /** All {@code done} bytes are done. */
    void end(long done) {
        call.throwIfCancelled();
        if (before + done > reported || total == 0) {
            report(before + done, System.nanoTime());
        }
    }

    private void report(long bytes, long now) {
        reported = bytes;
        reportedAt = now;
        double percent = total <= 0 ? 100 : Math.min(100.0, bytes * 100.0 / total);
        listener.progress(new Progress(phase, percent, bytes, OptionalLong.of(total), ""));
    }
}
