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
 * <p>The loop is the process's, and whoever runs it serves everybody's connections. Each connection has a thread for it; one of them runs the loop until it is to end, then another does. Whose turn
 * it is stands in a system property, which is all that class loaders share without one keeping another: GLib would let them queue by itself, but of three threads or more it can lose one (seen with
 * 2.74: the one that it takes off its list need not be the one that its signal wakes), and that one never ends.
 *
 * <p>A turn of GLib's ends at the latest when this loop's own timer fires, so a thread that is to end is told by the flag {@code running}, and its timer made fast for as long as that takes. It is the
 * thread itself that takes the timer away, at its end: without it a turn that comes late would never end, should others in this process run the loop as well.
 */
final class EventLoop {
    /** The name of the thread whose turn it is. */
    static final String TURN = "plugbay.libvirt.eventloop";

    private static final int TURN_MILLIS = 2000;
    private static final int LAST_TURN_MILLIS = 5;
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(100).toNanos();
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
        try {
            while (running) {
                if (System.getProperties().putIfAbsent(TURN, thread.getName()) == null) {
                    lead();
                }
                if (running) {
                    boolean ignored =
                            Thread.interrupted(); // a generation that ends interrupts it, before it is to end itself
                    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                }
            }
        } finally {
            int ignored = libvirt.eventRemoveTimeout.callInt(timer);
        }
    }

    private void lead() {
        try {
            while (running && libvirt.eventRunDefaultImpl.callInt() == 0) {
                // until it is to end
            }
        } finally {
            System.clearProperty(TURN);
        }
    }

    void stop() {
        running = false;
        LockSupport.unpark(thread);
        libvirt.eventUpdateTimeout.callVoid(timer, LAST_TURN_MILLIS);
        try {
            boolean ignored = thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
