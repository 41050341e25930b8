package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One open connection, of as many links to libvirt as there may be questions at once. It is closed when that was asked for and nobody uses it any more.
 *
 * <p>Why not one link for all: libvirt's client lets threads share one and has them take turns at its socket, but a thread may leave something that points to its stack behind, and the next one that takes its turn
 * writes there and ends the process (seen with 9.0: a segmentation fault in {@code virNetClientIOEventFD}). So each piece of work has a link for itself. For the same reason no signs of life are asked for, which another thread
 * would do in the midst of a call: libvirtd sends its own every five seconds, and one from which nothing comes is given up.
 *
 * <p>Shared by everybody who asks libvirt something. {@code users}, {@code idle} and {@code ended} are guarded by this; a link is used only between {@link #enter} and {@link #leave}, so nobody
 * uses it after it was freed. Drivers within this process, such as libvirt's test driver, have no such event loop, and one link for all.
 */
final class Connection {
    /** As many as libvirtd would work on at once for one link. */
    static final int LINKS = 5;

    /** libvirtd is given up when nothing came from it for so long, three times as long as between its signs of life. */
    private static final int SILENCE_SECONDS = 15;

    private static final int NO_QUESTIONS = 0;

    private final Libvirt libvirt;
    private final List<MemorySegment> links;
    private final Deque<MemorySegment> idle;
    private final boolean shared;
    private final String host;
    private final CountDownLatch closed = new CountDownLatch(1);
    private int users;
    private boolean ended;

    private Connection(Libvirt libvirt, List<MemorySegment> links, boolean shared, String host) {
        this.libvirt = libvirt;
        this.links = List.copyOf(links);
        this.idle = new ArrayDeque<>(links);
        this.shared = shared;
        this.host = host;
    }

    /** What is to be done with it. */
    interface Work<T> {
        T run(Session session);
    }

    /**
     * Connects. Blocks for as long as libvirt does.
     *
     * @param another whether another link would be answered, as far as can be told; with fewer, those who ask wait for each other
     * @throws PluginException {@link ErrorCode#UNAVAILABLE} or {@link ErrorCode#PERMISSION_DENIED}
     */
    static Connection open(Libvirt libvirt, String uri, BooleanSupplier another) {
        List<MemorySegment> links = new ArrayList<>();
        try {
            boolean shared = false;
            while (links.isEmpty() || (links.size() < LINKS && !shared && another.getAsBoolean())) {
                MemorySegment link = link(libvirt, uri);
                links.add(link);
                // Drivers within this process refuse it.
                shared = libvirt.connectSetKeepAlive.callInt(link, SILENCE_SECONDS, NO_QUESTIONS) < 0;
            }
            String host = libvirt.take(libvirt.connectGetHostname.callPointer(links.getFirst()))
                    .orElse("");
            return new Connection(libvirt, links, shared, host);
        } catch (RuntimeException e) {
            links.forEach(libvirt.connectClose::callInt);
            throw e;
        }
    }

    private static MemorySegment link(Libvirt libvirt, String uri) {
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
            return pointer;
        }
    }

    /** Does some work on the current thread, which must be a platform thread: it may block, also until a link is free. */
    <T> T use(Work<T> work) {
        MemorySegment link = enter();
        try (Session session = new Session(libvirt, link, host, this::alive)) {
            return work.run(session);
        } finally {
            leave(Optional.of(link));
        }
    }

    /** Whether it still leads to libvirt, as far as is known without asking there. */
    boolean alive() {
        if (!tryEnter()) {
            return false;
        }
        try {
            return links.stream().allMatch(link -> libvirt.connectIsAlive.callInt(link) == 1);
        } finally {
            leave(Optional.empty());
        }
    }

    /** Closes it, now or when the last one who uses it is done; whether that was within the time given. */
    boolean end(Duration patience) throws InterruptedException {
        if (tryEnter()) {
            synchronized (this) {
                ended = true;
            }
            leave(Optional.empty());
        }
        return closed.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private MemorySegment enter() {
        if (!tryEnter()) {
            throw new PluginException(ErrorCode.UNAVAILABLE, "the connection to libvirt was closed");
        }
        if (shared) {
            return links.getFirst();
        }
        synchronized (this) {
            try {
                while (idle.isEmpty()) {
                    wait();
                }
                return idle.pop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        leave(Optional.empty());
        throw new PluginException(ErrorCode.CALL_CANCELLED, "the call was interrupted");
    }

    private synchronized boolean tryEnter() {
        if (ended) {
            return false;
        }
        users++;
        return true;
    }

    private void leave(Optional<MemorySegment> link) {
        boolean last;
        synchronized (this) {
            link.filter(it -> !shared).ifPresent(idle::push);
            notifyAll();
            last = --users == 0 && ended;
        }
        if (last) {
            links.forEach(libvirt.connectClose::callInt);
            closed.countDown();
        }
    }
}
