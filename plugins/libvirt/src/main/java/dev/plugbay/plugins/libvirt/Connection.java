package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One open connection. It is closed when that was asked for and nobody uses it any more.
 *
 * <p>Shared by everybody who asks libvirt something. {@code users} and {@code ended} are guarded by this; the pointer is used only between {@link #enter} and {@link #leave}, so nobody
 * uses it after it was freed. libvirt itself allows several threads.
 */
final class Connection {
    /** libvirt is asked for a sign of life so often, and given up after so many that it did not answer: 15 s. */
    private static final int KEEP_ALIVE_SECONDS = 3;

    private static final int KEEP_ALIVE_MISSES = 4;

    private final Libvirt libvirt;
    private final MemorySegment pointer;
    private final String host;
    private final CountDownLatch closed = new CountDownLatch(1);
    private int users;
    private boolean ended;

    private Connection(Libvirt libvirt, MemorySegment pointer, String host) {
        this.libvirt = libvirt;
        this.pointer = pointer;
        this.host = host;
    }

    /** What is to be done with it. */
    interface Work<T> {
        T run(Session session);
    }

    /**
     * Connects. Blocks for as long as libvirt does.
     *
     * @throws PluginException {@link ErrorCode#UNAVAILABLE} or {@link ErrorCode#PERMISSION_DENIED}
     */
    static Connection open(Libvirt libvirt, String uri) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = libvirt.connectOpen.callPointer(arena.allocateFrom(uri));
            if (pointer.equals(MemorySegment.NULL)) {
                NativeError error = libvirt.lastError();
                throw new PluginException(
                        error.failureCode() == ErrorCode.PERMISSION_DENIED
                                ? ErrorCode.PERMISSION_DENIED
                                : ErrorCode.UNAVAILABLE,
                        "cannot connect to " + uri + ": " + error);
            }
            // Those who have no daemon (test:///default) refuse it, and need none.
            int ignored = libvirt.connectSetKeepAlive.callInt(pointer, KEEP_ALIVE_SECONDS, KEEP_ALIVE_MISSES);
            String host = libvirt.take(libvirt.connectGetHostname.callPointer(pointer))
                    .orElse("");
            return new Connection(libvirt, pointer, host);
        }
    }

    /** Does some work on the current thread, which must be a platform thread: it may block. */
    <T> T use(Work<T> work) {
        enter();
        try (Session session = new Session(libvirt, pointer, host, this::alive)) {
            return work.run(session);
        } finally {
            leave();
        }
    }

    /** Whether it still leads to libvirt, as far as is known without asking there. */
    boolean alive() {
        if (!tryEnter()) {
            return false;
        }
        try {
            return libvirt.connectIsAlive.callInt(pointer) == 1;
        } finally {
            leave();
        }
    }

    /** Closes it, now or when the last one who uses it is done; whether that was within the time given. */
    boolean end(Duration patience) throws InterruptedException {
        if (tryEnter()) {
            synchronized (this) {
                ended = true;
            }
            leave();
        }
        return closed.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void enter() {
        if (!tryEnter()) {
            throw new PluginException(ErrorCode.UNAVAILABLE, "the connection to libvirt was closed");
        }
    }

    private synchronized boolean tryEnter() {
        if (ended) {
            return false;
        }
        users++;
        return true;
    }

    private void leave() {
        boolean last;
        synchronized (this) {
            last = --users == 0 && ended;
        }
        if (last) {
            int ignored = libvirt.connectClose.callInt(pointer);
            closed.countDown();
        }
    }
}
