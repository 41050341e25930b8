package dev.plugbay.runtime;

import dev.plugbay.api.CurrentCall;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/**
 * The threads of one generation: those that it makes through the lent factory, and the pool that runs its tasks, timers and listeners. All
 * are platform threads of its own, so what it leaves on them goes with them.
 *
 * <p>Shared: the plugin makes threads while the host may close; the map is concurrent, and a thread made after the close is refused by the
 * scope. Only threads that run are in it: one that never began, for lack of memory say, or has ended, would pin its plugin. One that begins enters itself and then looks at the scope,
 * which is closed before {@link #close} reads the map: so it is found there, or runs nothing.
 */
final class LentThreads implements Scope.Lent, ThreadFactory {
    private static final Duration JOIN = Duration.ofSeconds(2);

    private final String prefix;
    private final ClassLoader loader;
    private final Scope scope;
    private final Logger log;
    private final OwnWork own;
    private final AtomicInteger made = new AtomicInteger();
    private final Map<Thread, String> alive = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor pool;

    @SuppressWarnings("this-escape") // the pool makes its first thread much later
    LentThreads(String prefix, ClassLoader loader, Scope scope, Logger log, OwnWork own) {
        this.prefix = prefix;
        this.loader = loader;
        this.scope = scope;
        this.log = log;
        this.own = own;
        this.pool = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), this::pooled);
    }

    /** A thread for the plugin. */
    @Override
    public Thread newThread(Runnable work) {
        scope.requireOpen();
        return make(work, birthplace());
    }

    /** Runs the host's wrapped work for this generation; refuses once closed. */
    void execute(Runnable work) {
        pool.execute(work);
    }

    /** What the plugin gets: tasks carry the call that submitted them; shutting it down shuts only itself. */
    ExecutorService executor() {
        return new LentExecutor(scope, pool, own);
    }

    /** Where each thread that outlived {@link #close} was started, by thread id. */
    Map<Long, String> survivors() {
        Map<Long, String> survivors = new ConcurrentHashMap<>();
        alive.forEach((thread, birth) -> {
            if (thread.isAlive()) {
                survivors.put(thread.threadId(), birth);
            }
        });
        return survivors;
    }

    @Override
    public void close() {
        pool.shutdownNow();
        alive.keySet().forEach(Thread::interrupt);
        long end = System.nanoTime() + JOIN.toNanos();
        for (Thread thread : List.copyOf(alive.keySet())) {
            long left = end - System.nanoTime();
            try {
                if (thread.join(Duration.ofNanos(Math.max(left, 1)))) {
                    alive.remove(thread);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Thread pooled(Runnable work) {
        return make(work, prefix + "'s pool");
    }

    private Thread make(Runnable work, String birth) {
        Thread thread = Thread.ofPlatform()
                .name(prefix + "-" + made.incrementAndGet())
                .daemon()
                .inheritInheritableThreadLocals(false)
                .uncaughtExceptionHandler(
                        (dead, failure) -> log.error("Thread {} ended by {}", dead.getName(), Stacks.text(failure)))
                .unstarted(() -> {
                    alive.put(
                            Thread.currentThread(),
                            birth); // before it looks at the scope, which is closed before these are counted
                    try {
                        CurrentCall.bind(own);
                        if (!scope.isClosed()) {
                            work.run();
                        }
                    } finally {
                        alive.remove(Thread.currentThread());
                    }
                });
        thread.setContextClassLoader(loader);
        return thread;
    }

    private static String birthplace() {
        return StackWalker.getInstance()
                .walk(frames -> frames.map(StackWalker.StackFrame::toStackTraceElement)
                        .filter(frame -> !frame.getClassName().startsWith(LentThreads.class.getPackageName() + ".")
                                && !frame.getClassName().startsWith("java."))
                        .findFirst()
                        .map(StackTraceElement::toString)
                        .orElse("unknown"));
    }
}
