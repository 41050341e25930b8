package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
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

        /** It threw; told as text, because what a throwable says of itself is plugin code and belongs under the deadline too. */
        record Threw<T>(String failure, String stack) implements Ended<T> {}

        /** It still runs, on a thread of this name, seen at this place; {@code over} says whether it has ended since. */
        record Hangs<T>(String thread, String where, BooleanSupplier over) implements Ended<T> {}
    }

    /**
     * Runs {@code work} with {@code loader} as context class loader. An interrupt of the caller does not cut it short: the deadline bounds it, and
     * the plugin is not to blame for the interrupt.
     */
    <T> Ended<T> run(ClassLoader loader, Duration deadline, Callable<T> work) {
        Worker worker = borrow();
        CompletableFuture<Ended<T>> result = new CompletableFuture<>();
        worker.give(() -> {
            Thread.currentThread().setContextClassLoader(loader);
            Ended<T> ended;
            try {
                ended = new Ended.Returned<>(work.call());
            } catch (Throwable failure) {
                ended = told(failure);
            } finally {
                Thread.currentThread().setContextClassLoader(null);
            }
            result.complete(ended);
        });
        Optional<Ended<T>> ended = await(result, deadline);
        if (ended.isPresent()) {
            giveBack(worker);
            return ended.get();
        }
        return abandon(worker, result::isDone);
    }

    private static <T> Ended<T> told(Throwable failure) {
        try {
            return new Ended.Threw<>(Failures.describe(failure), Stacks.text(failure));
        } catch (Throwable hostile) { // a stack that is too deep to say anything, or no memory to say it in
            return new Ended.Threw<>(failure.getClass().getName(), "");
        }
    }

    private static <T> Optional<Ended<T>> await(CompletableFuture<Ended<T>> result, Duration deadline) {
        return Uninterrupted.get(deadline, nanos -> {
            try {
                return Optional.of(result.get(nanos, TimeUnit.NANOSECONDS));
            } catch (TimeoutException hangs) {
                return Optional.empty();
            } catch (ExecutionException never) {
                throw new IllegalStateException(never);
            }
        });
    }

    /** Whether the current thread is one of these, and so runs a hook: it must wait for no operation, which might wait for it. */
    static boolean here() {
        return Thread.currentThread() instanceof HookThread;
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

    private static <T> Ended<T> abandon(Worker worker, BooleanSupplier over) {
        String where = Stacks.text(worker.thread.getStackTrace());
        String name = worker.thread.getName();
        worker.end();
        worker.thread.interrupt();
        return new Ended.Hangs<>(name, where, over);
    }

    private static final class Worker {
        private final Thread thread;
        private final long epoch;
        private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
        private volatile boolean ended;

        @SuppressWarnings("this-escape") // the thread waits for its inbox first
        Worker(String name, long epoch) {
            this.epoch = epoch;
            this.thread = new HookThread(this::loop, name);
            thread.setContextClassLoader(null);
            thread.start();
        }

        private void give(Runnable task) {
            inbox.add(task);
        }

        /** Lets the thread end as soon as it is idle. */
        private void end() {
            ended = true;
            inbox.add(() -> {}); // wakes it, whether it waits already or is about to
        }

        private void loop() {
            while (!ended) {
                @Nullable Runnable task = null;
                try {
                    task = inbox.take();
                } catch (InterruptedException late) {
                    // An interrupt that was meant for a hook that has ended.
                }
                if (task != null) {
                    task.run();
                }
            }
        }
    }

    private static final class HookThread extends Thread {
        HookThread(Runnable work, String name) {
            super(null, work, name, 0, false);
            setDaemon(true);
        }
    }
}
