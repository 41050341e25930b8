package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Keeps a connection: one thread opens it, looks each second whether it is still there, and opens another when it is not, less and less often while that fails. Somebody
 * who needs it has the next attempt made soon, and waits for that one.
 *
 * <p>Shared by that thread and by everybody who asks. All fields below {@code lock} are guarded by it; nothing of libvirt is called under it. Only the thread changes {@code standing} and counts
 * {@code attempts}, in one step, so whoever saw a count and waits for a higher one sees what came of an attempt that ended after that.
 */
final class Connector {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /** One that has room for another link answers at once, unless it is busy; then those that are there do. */
    private static final Duration ROOM = Duration.ofSeconds(1);

    /** Somebody waits for the first one: a reload is rolled back when it fails where the generation before is connected. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(9);

    /** Longer than libvirt takes to give up a daemon that hangs; with what comes before, less than a hook may take. */
    private static final Duration END = Duration.ofSeconds(20);

    private final String uri;
    private final String library;
    private final ThreadFactory threads;
    private final Logger log;
    private final Thread thread;

    private final long made = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Standing standing;
    private long attempts;
    private boolean wanted;
    private boolean stopped;

    // Used by the thread only.
    private @Nullable Libvirt libvirt;
    private @Nullable EventLoop events;

    Connector(String uri, String library, ThreadFactory threads, Logger log) {
        this.uri = uri;
        this.library = library;
        this.threads = threads;
        this.log = log;
        this.standing = down("not connected to " + uri + " yet");
        this.thread = threads.newThread(this::run);
    }

    /** How it stands with the connection. */
    sealed interface Standing {
        /** There is one. */
        record Up(Connection connection) implements Standing {}

        /** There is none. */
        record Down(ErrorCode code, String reason) implements Standing {}

        /** There can be none, for neither libvirt nor a daemon is on the machine that it leads to: this one. So there are no machines either. */
        record Absent(String reason) implements Standing {}
    }

    /** Begins. */
    void start() {
        thread.start();
    }

    /** Waits a while for what comes of the first attempt. */
    void awaitFirst(Duration patience) {
        Standing ignored = after(0, patience);
    }

    /** How it stands, as far as that is known without asking. */
    Standing standing() {
        Standing now = locked();
        return now instanceof Standing.Up up && !up.connection().alive() ? lost() : now;
    }

    /**
     * The connection.
     *
     * @throws PluginException {@link ErrorCode#UNAVAILABLE} or {@link ErrorCode#PERMISSION_DENIED} when there is none
     */
    Connection connection(Duration patience) {
        long seen = attempts(); // first, or an attempt that succeeds in between would be waited for once more
        if (standing() instanceof Standing.Up up) {
            return up.connection();
        }
        want();
        return switch (after(seen, patience)) {
            case Standing.Up up -> up.connection();
            case Standing.Down down -> throw new PluginException(down.code(), down.reason());
            case Standing.Absent absent -> throw new PluginException(ErrorCode.UNAVAILABLE, absent.reason());
        };
    }

    /** Begins to end it. */
    void leave() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends it. Work that is under way ends first, or a little later. */
    void stop() {
        leave();
        try {
            boolean ignored = thread.join(END.plus(ANSWER));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether there is nothing to connect to, and so no machine. */
    boolean absent() {
        long seen = attempts();
        if (!(standing() instanceof Standing.Absent)) {
            return false;
        }
        want();
        return after(seen, ANSWER) instanceof Standing.Absent;
    }

    private Standing.Down lost() {
        return down("the connection to " + uri + " was lost");
    }

    private static Standing.Down down(String reason) {
        return new Standing.Down(ErrorCode.UNAVAILABLE, reason);
    }

    private Standing locked() {
        lock.lock();
        try {
            return standing;
        } finally {
            lock.unlock();
        }
    }

    /** Whether an attempt has ended, or should have. */
    boolean overdue() {
        return attempts() > 0 || System.nanoTime() - made > END.toNanos();
    }

    private long attempts() {
        lock.lock();
        try {
            return attempts;
        } finally {
            lock.unlock();
        }
    }

    /** Has the next attempt made soon, if there is no connection. */
    void want() {
        lock.lock();
        try {
            wanted = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How it stands after more attempts than these; as it stands now when that takes too long. */
    private Standing after(long seen, Duration patience) {
        CallContext call = CallContext.current();
        long left = patience.toNanos();
        try (Registration _ = call.onCancel(this::wake)) {
            lock.lock();
            try {
                while (attempts <= seen && !stopped && left > 0 && !call.cancelled()) {
                    left = changed.awaitNanos(left);
                }
                return standing;
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return locked();
        } finally {
            call.throwIfCancelled();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            Duration pause = FIRST_PAUSE;
            while (true) {
                Standing now = attempt();
                settle(now);
                if (now instanceof Standing.Up(Connection connection)) {
                    pause = FIRST_PAUSE;
                    watch(connection);
                } else {
                    pause(pause, SHORTEST_PAUSE);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                }
            }
        } catch (InterruptedException e) {
            // the generation ends
        } finally {
            end();
        }
    }

    /** The event loop goes last: it is what gives up a daemon that hangs, and frees those who wait for it. */
    private void end() {
        Standing last = locked();
        settle(down("the plugin was stopped"));
        try {
            if (last instanceof Standing.Up(Connection connection) && !connection.end(END)) {
                log.warn("libvirt does not let go of the connection to {}", uri);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (events != null) {
            events.stop();
        }
    }

    private Standing attempt() {
        try {
            Optional<Path> socket = DaemonSocket.of(uri);
            Optional<String> nobody =
                    socket.flatMap(it -> DaemonSocket.problem(it, attempts() == 0 ? FIRST_ANSWER : ANSWER));
            Optional<Libvirt> found = Optional.ofNullable(libvirt).or(() -> Libvirt.load(library));
            if (found.isEmpty()) {
                String reason = "libvirt is not installed (no " + library + "): " + Libvirt.REMEDY;
                return socket.filter(it -> !Files.exists(it)).isPresent() ? new Standing.Absent(reason) : down(reason);
            }
            Libvirt loaded = found.get();
            libvirt = loaded;
            if (nobody.isPresent()) {
                return down(nobody.get());
            }
            if (events == null) {
                events = EventLoop.start(loaded, threads);
            }
            return new Standing.Up(Connection.open(
                    loaded,
                    uri,
                    () -> socket.flatMap(it -> DaemonSocket.problem(it, ROOM)).isEmpty()));
        } catch (PluginException e) {
            return new Standing.Down(e.code(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return down("cannot connect to " + uri + ": " + e);
        }
    }

    private void settle(Standing next) {
        lock.lock();
        try {
            if (!next.equals(standing) && !stopped) {
                switch (next) {
                    case Standing.Up up -> log.info("connected to {}", uri);
                    case Standing.Down down -> log.warn("{}", down.reason());
                    case Standing.Absent absent -> log.info("{}", absent.reason());
                }
            }
            standing = next;
            attempts++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the connection is lost. */
    private void watch(Connection connection) throws InterruptedException {
        while (connection.alive()) {
            pause(LOOK, Duration.ZERO);
        }
        lock.lock();
        try {
            standing = lost();
        } finally {
            lock.unlock();
        }
        log.warn("{}", lost().reason());
        boolean ignored = connection.end(Duration.ZERO);
    }

    /** Waits for {@code longest}, or {@code shortest} when somebody wants the connection. */
    private void pause(Duration longest, Duration shortest) throws InterruptedException {
        long begin = System.nanoTime();
        lock.lockInterruptibly();
        try {
            while (true) {
                if (stopped) {
                    throw new InterruptedException("stopped");
                }
                long left = (wanted ? shortest : longest).toNanos() - (System.nanoTime() - begin);
                if (left <= 0) {
                    wanted = false;
                    return;
                }
                long ignored = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
