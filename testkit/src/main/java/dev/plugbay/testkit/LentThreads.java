package dev.plugbay.testkit;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that are interrupted and joined at the end. The list is thread-safe; {@code number} only grows. */
final class LentThreads implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger number = new AtomicInteger();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final ExecutorService pool = Executors.newThreadPerTaskExecutor(this);
    private final ExecutorService executor = new CarryingExecutor(pool);

    LentThreads(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public Thread newThread(Runnable task) {
        threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name(prefix + "-" + number.incrementAndGet())
                .unstarted(task);
        threads.add(thread);
        return thread;
    }

    ExecutorService executor() {
        return executor;
    }

    List<String> alive() {
        return threads.stream().filter(Thread::isAlive).map(Thread::getName).toList();
    }

    /** Ends all threads; the names of those that do not end. */
    List<String> close(Duration patience) {
        pool.shutdownNow();
        threads.forEach(Thread::interrupt);
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (Thread thread : threads) {
                if (thread.isAlive()) {
                    boolean ignored = thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // those that are alive are named all the same
        }
        return alive();
    }

    /** Gives each task the call of the thread that submits it. */
    private static final class CarryingExecutor extends AbstractExecutorService {
        private final ExecutorService pool;

        CarryingExecutor(ExecutorService pool) {
            this.pool = pool;
        }

        @Override
        public void execute(Runnable task) {
            CallContext call = CallContext.current();
            pool.execute(() -> {
                CallContext before = CurrentCall.bind(call);
                try {
                    task.run();
                } finally {
                    CurrentCall.bind(before);
                }
            });
        }

        @Override
        public void shutdown() {
            pool.shutdown();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return pool.shutdownNow();
        }

        @Override
        public boolean isShutdown() {
            return pool.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return pool.isTerminated();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            return pool.awaitTermination(timeout, unit);
        }
    }
}
