package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs libvirt's event loop, without which it neither notices that a connection was lost nor asks for signs of life.
 *
 * <p>The loop is the process's, and whoever runs it serves everybody's connections: each generation has a thread for it, one of which has its turn. A turn ends at the latest when
 * this loop's own timer fires, so a thread that is to end is told by the flag {@code running}, and its timer made fast for as long as that takes: it is the thread itself that takes the timer away, at
 * its end, for without it a turn that comes late would never end. Between two turns a thread rests for a moment, or it would take the next one too, before any other wakes up.
 */
final class EventLoop {
    private static final int TURN_MILLIS = 2000;
    private static final int LAST_TURN_MILLIS = 5;
    private static final long REST_NANOS = 200_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Libvirt libvirt;
    private final int timer;
    private final Thread thread;
    private volatile boolean running = true;

    private EventLoop(Libvirt libvirt, int timer, ThreadFactory threads) {
        this.libvirt = libvirt;
        this.timer = timer;
        this.thread = threads.newThread(this::run);
    }

    static EventLoop start(Libvirt libvirt, ThreadFactory threads) {
        int timer =
                libvirt.eventAddTimeout.callInt(TURN_MILLIS, libvirt.nothing, MemorySegment.NULL, MemorySegment.NULL);
        if (timer < 0) {
            throw new PluginException(
                    ErrorCode.UNAVAILABLE, "libvirt's event loop cannot be set up: " + libvirt.lastError());
        }
        EventLoop loop = new EventLoop(libvirt, timer, threads);
        loop.thread.start();
        return loop;
    }

    private void run() {
        while (running && libvirt.eventRunDefaultImpl.callInt() == 0) {
            LockSupport.parkNanos(REST_NANOS);
        }
        int ignored = libvirt.eventRemoveTimeout.callInt(timer);
    }

    void stop() {
        running = false;
        libvirt.eventUpdateTimeout.callVoid(timer, LAST_TURN_MILLIS);
        try {
            boolean ignored = thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
