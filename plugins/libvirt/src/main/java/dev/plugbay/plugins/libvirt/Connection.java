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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * One open connection, of as many links to libvirt as there were questions at once. It is closed when that was asked for and nobody uses it any more.
 *
 * <p>Why not one link for all: libvirt's client lets threads share one and has them take turns at its socket, but a thread may leave something that points to its stack behind, and the next one that takes its turn
 * writes there and ends the process (seen with 9.0: a segmentation fault in {@code virNetClientIOEventFD}). So each piece of work has a link for itself. For the same reason no signs of life are asked for, which another thread
 * would do in the midst of a call: libvirtd sends its own every five seconds, and one from which nothing comes is given up.
 *
 * <p>Shared by everybody who asks libvirt something. All fields below {@code closed} are guarded by this, under which nothing is called; a link is used only between {@link #enter} and {@link #leave}, so nobody
 * uses it after it was freed. Drivers within this process, such as libvirt's test driver, have no such event loop, and one link for all.
 */
final class Connection {
    /** The most; as many as libvirtd would work on at once for one link. */
    static final int LINKS = 5;

    /** libvirtd is given up when nothing came from it for so long, three times as long as between its signs of life. */
    private static final int SILENCE_SECONDS = 15;

    private static final int NO_QUESTIONS = 0;
    private static final Duration NO_ROOM = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** Most questions take less: where one ends so soon, no link is opened for another. */
    private static final Duration SOON = Duration.ofMillis(10);

    /** A look whether there is room holds until the link is there, so those of one generation are opened one at a time, but for the first of each connection. */
    private static final ReentrantLock OPENING = new ReentrantLock();

    private final Libvirt libvirt;
    private final String uri;
    private final BooleanSupplier room;
    private final boolean shared;
    private final String host;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<MemorySegment> links = new ArrayList<>();
    private final Deque<MemorySegment> idle = new ArrayDeque<>();
    private long openAfter = System.nanoTime();
    private boolean opening;
    private int users;
    private boolean ended;

    private Connection(Libvirt libvirt, String uri, BooleanSupplier room, MemorySegment first, boolean shared) {
        this.libvirt = libvirt;
        this.uri = uri;
        this.room = room;
        this.shared = shared;
        links.add(first);
        idle.push(first);
        this.host = libvirt.take(libvirt.connectGetHostname.callPointer(first)).orElse("");
    }

    /** What is to be done with it. */
    interface Work<T> {
        T run(Session session);
    }

    /**
     * Connects. Blocks for as long as libvirt does.
     *
     * @param room whether another link would be answered, as far as can be told; while there is none, those who ask wait for each other
     * @throws PluginException {@link ErrorCode#UNAVAILABLE} or {@link ErrorCode#PERMISSION_DENIED}
     */
    static Connection open(Libvirt libvirt, String uri, BooleanSupplier room) {
        MemorySegment first = link(libvirt, uri);
        boolean shared = !isRemote(libvirt, first);
        return new Connection(libvirt, uri, room, first, shared);
    }

    /** Sets for how long it may be silent, which drivers within this process refuse; whether it was not refused. */
    private static boolean isRemote(Libvirt libvirt, MemorySegment link) {
        return libvirt.connectSetKeepAlive.callInt(link, SILENCE_SECONDS, NO_QUESTIONS) >= 0;
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

    /** Does some work on the current thread, which must be a platform thread: it may block, {@code patience} at most until a link is free, and then as long as the work does. */
    <T> T use(Duration patience, Work<T> work) {
        MemorySegment link = enter(patience);
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
            return all().stream().allMatch(link -> libvirt.connectIsAlive.callInt(link) == 1);
        } finally {
            leave(Optional.empty());
        }
    }

    private synchronized List<MemorySegment> all() {
        return List.copyOf(links);
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

    private MemorySegment enter(Duration patience) {
        if (!tryEnter()) {
            throw new PluginException(ErrorCode.UNAVAILABLE, "the connection to libvirt was closed");
        }
        try {
            return shared ? all().getFirst() : free(System.nanoTime() + patience.toNanos());
        } catch (InterruptedException e) {
            leave(Optional.empty());
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the call was interrupted");
        } catch (RuntimeException e) {
            leave(Optional.empty());
            throw e;
        }
    }

    private MemorySegment free(long end) throws InterruptedException {
        long openFrom = System.nanoTime() + SOON.toNanos();
        while (true) {
            synchronized (this) {
                long left = end - System.nanoTime();
                if (!idle.isEmpty() && left > 0) {
                    return idle.pop();
                }
                long now = System.nanoTime();
                if (left <= 0 || opening || links.size() == LINKS || now - openAfter < 0 || now - openFrom < 0) {
                    if (left <= 0) {
                        throw new PluginException(
                                ErrorCode.CALL_TIMEOUT,
                                "libvirt is busy with " + links.size() + " other questions",
                                true);
                    }
                    TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, SOON.toNanos()));
                    continue;
                }
                opening = true;
            }
            Optional<MemorySegment> another = another();
            if (another.isPresent()) {
                return another.get();
            }
        }
    }

    /** One link more, if there is room for it. */
    private Optional<MemorySegment> another() {
        Optional<MemorySegment> another = Optional.empty();
        Duration pause = LOOK_AGAIN;
        try {
            if (OPENING.tryLock()) {
                pause = NO_ROOM;
                try {
                    if (room.getAsBoolean()) {
                        another = Optional.of(link(libvirt, uri));
                    }
                } finally {
                    OPENING.unlock();
                }
            }
            boolean ignored = another.filter(link -> isRemote(libvirt, link)).isPresent();
        } catch (PluginException e) {
            // those that are there go on
        } finally {
            synchronized (this) {
                opening = false;
                another.ifPresent(links::add);
                openAfter = System.nanoTime() + (another.isPresent() ? 0 : pause.toNanos());
                notifyAll();
            }
        }
        return another;
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
            all().forEach(libvirt.connectClose::callInt);
            closed.countDown();
        }
    }
}
