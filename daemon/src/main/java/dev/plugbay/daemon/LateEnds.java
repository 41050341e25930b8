package dev.plugbay.daemon;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the ends of jobs that the database did not take when they came: again and again, ever more seldom, until it does.
 *
 * <p>Shared by workers, which add, and one thread of its own, which tries. {@code waiting} is a concurrent map; a job leaves it after its end is stored.
 */
final class LateEnds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LateEnds.class);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Map<String, ActiveJob> waiting = new ConcurrentHashMap<>();
    private final Consumer<ActiveJob> stored;
    private final ScheduledThreadPoolExecutor tries;

    /**
     * Those of one host.
     *
     * @param stored told of each job whose end is stored
     */
    LateEnds(Consumer<ActiveJob> stored) {
        this.stored = stored;
        tries = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("job-ends").daemon().factory());
        tries.setKeepAliveTime(10, TimeUnit.SECONDS);
        tries.allowCoreThreadTimeOut(true);
        tries.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // the host is stopping
        tries.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Takes a job that has ended, and whose end is not stored. */
    void add(ActiveJob job) {
        waiting.put(job.id(), job);
        again(job, FIRST);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // an attempt fails never, it is made again
    private void again(ActiveJob job, Duration pause) {
        tries.schedule(() -> attempt(job, pause), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void attempt(ActiveJob job, Duration pause) {
        if (store(job)) {
            LOG.info("The end of job {} is stored now", job.id());
        } else {
            Duration next = pause.multipliedBy(2);
            again(job, next.compareTo(LONGEST) < 0 ? next : LONGEST);
        }
    }

    private boolean store(ActiveJob job) {
        if (!job.storeEnd()) {
            return false;
        }
        waiting.remove(job.id());
        stored.accept(job);
        return true;
    }

    /** Tries each once more. */
    @Override
    public void close() {
        close(LONGEST);
    }

    /** The same, for so long at most: the next start of the host calls what is left interrupted, or finds the result. */
    void close(Duration limit) {
        tries.shutdown();
        if (waiting.isEmpty()) {
            return;
        }
        Thread last = Thread.ofPlatform()
                .name("job-ends-last")
                .daemon()
                .start(() -> waiting.values().forEach(this::store));
        try {
            if (!last.join(limit) || !waiting.isEmpty()) {
                LOG.error("Jobs whose end could not be stored: {}", waiting.keySet());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
