package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
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

    /** Longer than libvirt takes to give up a daemon that hangs; with what comes before, less than a hook may take. */
    private static final Duration END = Duration.ofSeconds(20);

    private final String uri;
    private final ThreadFactory threads;
    private final Logger log;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Standing standing;
    private long attempts;
    private boolean wanted;
    private boolean stopped;

    // Used by the thread only.
    private @Nullable Libvirt libvirt;
    private @Nullable EventLoop events;

    Connector(String uri, ThreadFactory threads, Logger log) {
        this.uri = uri;
        this.threads = threads;
        this.log = log;
        this.standing = new Standing.Down(ErrorCode.UNAVAILABLE, "not connected to " + uri + " yet");
        this.thread = threads.newThread(this::run);
    }

    /** How it stands with the connection. */
    sealed interface Standing {
        /** There is one. */
        record Up(Connection connection) implements Standing {}

        /** There is none. */
        record Down(ErrorCode code, String reason) implements Standing {}
    }

    /** Begins, and waits a while for what comes of the first attempt. */
    void start(Duration patience) {
        thread.start();
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
        if (standing() instanceof Standing.Up up) {
            return up.connection();
        }
        return switch (after(want(), patience)) {
            case Standing.Up up -> up.connection();
            case Standing.Down down -> throw new PluginException(down.code(), down.reason());
        };
    }

    /** Ends it. Work that is under way ends first, or a little later. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            boolean ignored = thread.join(END.plus(ANSWER));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Standing.Down lost() {
        return new Standing.Down(ErrorCode.UNAVAILABLE, "the connection to " + uri + " was lost");
    }

    private Standing locked() {
        lock.lock();
        try {
            return standing;
        } finally {
            lock.unlock();
        }
    }

    private long want() {
        lock.lock();
        try {
            wanted = true;
            changed.signalAll();
            return attempts;
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
        settle(new Standing.Down(ErrorCode.UNAVAILABLE, "the plugin was stopped"));
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
            Optional<String> nobody = DaemonSocket.of(uri).flatMap(socket -> DaemonSocket.problem(socket, ANSWER));
            Libvirt loaded = libvirt == null ? Libvirt.load() : libvirt;
            libvirt = loaded;
            if (nobody.isPresent()) {
                return new Standing.Down(ErrorCode.UNAVAILABLE, nobody.get());
            }
            if (events == null) {
                events = EventLoop.start(loaded, threads);
            }
            Connection connection = Connection.open(loaded, uri);
            log.info("connected to {}", uri);
            return new Standing.Up(connection);
        } catch (PluginException e) {
            return new Standing.Down(e.code(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            return new Standing.Down(ErrorCode.UNAVAILABLE, "cannot connect to " + uri + ": " + e);
        }
    }

    private void settle(Standing next) {
        lock.lock();
        try {
            if (next instanceof Standing.Down down && !next.equals(standing) && !stopped) {
                log.warn("libvirt: {}", down.reason());
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
        log.warn("libvirt: {}", lost().reason());
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
