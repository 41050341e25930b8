package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs hooks, constructors and class initialisers of plugins on platform threads of the host, each with a deadline. One thread serves many
 * plugins in a row and is renewed after an unload, because thread-locals that a plugin left on it would keep the plugin.
 *
 * <p>Shared: any thread asks for hooks; idle workers and the epoch are guarded by this object's monitor. A worker that misses its
 * deadline is interrupted - it is the host's own thread and does nothing else - and never used again.
 */
final class HookThreads implements AutoCloseable {
    private final String nonce;
    private final Deque<Worker> idle = new ArrayDeque<>();
    private long epoch;
    private int made;
    private boolean closed;

    HookThreads(String nonce) {
        this.nonce = nonce;
    }

    /** How a hook ended. */
    sealed interface Ended<T> {
        /** It returned. */
        record Returned<T>(T value) implements Ended<T> {}

        /** It threw; the throwable must be detached at once and never kept. */
        record Threw<T>(Throwable failure) implements Ended<T> {}

        /** It still runs, on a thread of this name, seen at this place. */
        record Hangs<T>(String thread, String where) implements Ended<T> {}
    }

    /** Runs {@code work} with {@code loader} as context class loader. */
    <T> Ended<T> run(ClassLoader loader, Duration deadline, Callable<T> work) {
        Worker worker = borrow();
        CompletableFuture<T> result = new CompletableFuture<>();
        worker.give(() -> {
            Thread.currentThread().setContextClassLoader(loader);
            try {
                result.complete(work.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            } finally {
                Thread.currentThread().setContextClassLoader(null);
            }
        });
        try {
            T value = result.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            giveBack(worker);
            return new Ended.Returned<>(value);
        } catch (ExecutionException failure) {
            giveBack(worker);
            Throwable cause = failure.getCause();
            return new Ended.Threw<>(cause == null ? failure : cause);
        } catch (TimeoutException hangs) {
            return abandon(worker);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return abandon(worker);
        }
    }

    /** Ends every idle thread, and every busy one once it is idle. */
    void renew() {
        synchronized (this) {
            epoch++;
            idle.forEach(Worker::end);
            idle.clear();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        renew();
    }

    private synchronized Worker borrow() {
        if (closed) {
            throw PlugbayException.of(ErrorCode.UNAVAILABLE, "The host is closed.")
                    .retryable(false)
                    .build();
        }
        Worker worker = idle.poll();
        return worker != null ? worker : new Worker("plugbay-hook-" + nonce + "-" + ++made, epoch);
    }

    private synchronized void giveBack(Worker worker) {
        if (closed || worker.epoch != epoch) {
            worker.end();
        } else {
            idle.push(worker);
        }
    }

    private <T> Ended<T> abandon(Worker worker) {
        String where = Stacks.text(worker.thread.getStackTrace());
        String name = worker.thread.getName();
        worker.end();
        worker.thread.interrupt();
        return new Ended.Hangs<>(name, where);
    }

    private static final class Worker {
        private final Thread thread;
        private final long epoch;
        private final SynchronousQueue<Runnable> inbox = new SynchronousQueue<>();
        private volatile boolean ended;

        @SuppressWarnings("this-escape") // the thread waits for its inbox first
        Worker(String name, long epoch) {
            this.epoch = epoch;
            this.thread = Thread.ofPlatform()
                    .name(name)
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .unstarted(this::loop);
            thread.setContextClassLoader(null);
            thread.start();
        }

        private void give(Runnable task) {
            boolean interrupted = false;
            while (true) {
                try {
                    inbox.put(task);
                    break;
                } catch (InterruptedException retry) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Lets the thread end as soon as it is idle. */
        private void end() {
            ended = true;
            inbox.offer(() -> {});
        }

        private void loop() {
            while (!ended) {
                @Nullable Runnable task = null;
                try {
                    task = inbox.poll(1, TimeUnit.MINUTES);
                } catch (InterruptedException late) {
                    // An interrupt that was meant for a hook that has ended.
                }
                if (task != null) {
                    task.run();
                }
            }
        }
    }
}
