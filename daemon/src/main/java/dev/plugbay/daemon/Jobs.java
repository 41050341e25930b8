package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.HostEvent;
import dev.plugbay.runtime.Problem;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs: a few at once, the rest wait in the order in which they came.
 *
 * <p>Shared by requests and workers. {@code active} holds what has not ended; a job leaves it after its end is stored, however late that is, so that whoever
 * does not find it there finds it in the store. Work runs on platform threads: copying and hashing never yields, and a few exports on
 * virtual threads would keep every request waiting for a carrier.
 */
final class Jobs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
    private static final int KEEP = 1000;

    private final JobStore store;
    private final Consumer<HostEvent> events;
    private final Json json;
    private final Clock clock;
    private final Duration closeLimit;
    private final ThreadPoolExecutor workers;
    private final Map<String, ActiveJob> active = new ConcurrentHashMap<>();
    private final LateEnds lateEnds = new LateEnds(entry -> active.remove(entry.id()));
    private volatile boolean closing;

    Jobs(JobStore store, Consumer<HostEvent> events, Json json, Clock clock, int atOnce, Duration closeLimit) {
        this.store = store;
        this.events = events;
        this.json = json;
        this.clock = clock;
        this.closeLimit = closeLimit;
        workers = new ThreadPoolExecutor(
                atOnce,
                atOnce,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("job-", 0).daemon().factory());
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * Ends what an earlier run of the host left unfinished: succeeded if the result is there, else interrupted, also what had not begun. Called once, before anything is
     * submitted.
     */
    void recover(Function<List<JobStore.Left>, Map<String, ExportRecovery.Found>> look) {
        List<JobStore.Left> unfinished = store.unfinished();
        Map<String, ExportRecovery.Found> all = look.apply(unfinished);
        for (JobStore.Left left : unfinished) {
            Job job = left.job();
            ExportRecovery.Found found = all.getOrDefault(job.id(), ExportRecovery.Found.AWAY);
            if (found == ExportRecovery.Found.RESULT) {
                store.update(job.ended(JobState.SUCCEEDED, clock.instant(), job.result(), Optional.empty()));
                LOG.info("Job {} had just succeeded when the host ended", job.id());
            } else {
                PlugbayException why = found == ExportRecovery.Found.AWAY
                        ? JobEnds.away(job.target())
                        : JobEnds.because(JobState.INTERRUPTED);
                store.update(job.ended(
                        JobState.INTERRUPTED,
                        clock.instant(),
                        Optional.empty(),
                        Optional.of(json.tree(Problem.of(why)))));
                LOG.info("Job {} was interrupted by the end of the host", job.id());
            }
        }
    }

    /**
     * Takes a job; it is stored when this returns.
     *
     * @throws PlugbayException {@link ErrorCode#UNAVAILABLE} when the host is stopping
     */
    Job submit(JobPlan plan) {
        if (closing) {
            throw stopping();
        }
        Job job = Job.queued(plan.id(), plan.kind(), plan.provider(), plan.vm(), plan.target(), clock.instant());
        store.insert(job, TargetDisk.of(Path.of(plan.target())));
        ActiveJob entry = new ActiveJob(plan, job, store, events, json, clock);
        active.put(plan.id(), entry);
        try {
            workers.execute(() -> run(entry));
        } catch (RejectedExecutionException e) {
            entry.stop(JobState.INTERRUPTED, JobEnds.because(JobState.INTERRUPTED));
            active.remove(plan.id());
            throw stopping();
        }
        if (closing) {
            entry.stop(JobState.INTERRUPTED, JobEnds.because(JobState.INTERRUPTED));
        }
        prune();
        return job;
    }

    private void prune() {
        try {
            store.prune(KEEP);
        } catch (RuntimeException e) {
            // The job is taken all the same, and so it is answered.
            LOG.warn("Old jobs could not be forgotten: {}", e.toString());
        }
    }

    /** A job. */
    Optional<Job> find(String id) {
        return Optional.ofNullable(active.get(id)).map(ActiveJob::view).or(() -> store.find(id));
    }

    /**
     * A job.
     *
     * @throws PlugbayException {@link ErrorCode#NOT_FOUND}
     */
    Job get(String id) {
        return find(id).orElseThrow(() -> PlugbayException.of(ErrorCode.NOT_FOUND, "There is no job " + id + ".")
                .remedy("GET /api/v1/jobs lists them; the last " + KEEP + " are kept.")
                .build());
    }

    /** Jobs in any of these states, or all, newest first. */
    Listing<Job> list(Set<JobState> states, int limit, Optional<Long> before) {
        // A job that has ended, and whose end is not stored yet, has another state in its row.
        Set<String> late = active.values().stream()
                .map(ActiveJob::view)
                .filter(job -> job.state().ended() && states.contains(job.state()))
                .map(Job::id)
                .collect(Collectors.toSet());
        List<JobStore.Row> rows = store.list(states, late, limit + 1, before.orElse(Long.MAX_VALUE));
        List<JobStore.Row> page = rows.subList(0, Math.min(limit, rows.size()));
        // A row may be older than what is known here, but what is shown must be in a state that was asked for.
        List<Job> items = page.stream()
                .map(JobStore.Row::job)
                .map(job -> Optional.ofNullable(active.get(job.id()))
                        .map(ActiveJob::view)
                        .orElse(job))
                .filter(job -> states.isEmpty() || states.contains(job.state()))
                .toList();
        return new Listing<>(
                items,
                rows.size() > limit
                        ? Optional.of(
                                Listing.encode(Long.toString(page.getLast().seq())))
                        : Optional.empty());
    }

    /**
     * Cancels a job and waits a moment for its end. A second time does nothing.
     *
     * @throws PlugbayException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#CONFLICT} when it has ended otherwise
     */
    Job cancel(String id, Duration moment) {
        ActiveJob entry = active.get(id);
        if (entry != null) {
            // Actions that plugins registered run in it, so it must not keep the request.
            Thread.ofVirtual()
                    .name("cancel-" + id)
                    .start(() -> entry.stop(JobState.CANCELLED, JobEnds.because(JobState.CANCELLED)));
            await(entry, moment);
        }
        Job job = get(id);
        if (job.state().ended() && job.state() != JobState.CANCELLED) {
            throw PlugbayException.of(ErrorCode.CONFLICT, "Job " + id + " has already ended: " + job.state() + ".")
                    .remedy("Nothing is left to cancel.")
                    .build();
        }
        return job;
    }

    /** Takes no more jobs, ends those that run, and waits a while for them. */
    @Override
    public void close() {
        close(closeLimit);
    }

    /** The same, and waits so long at most. */
    void close(Duration limit) {
        closing = true;
        PlugbayException why = JobEnds.because(JobState.INTERRUPTED);
        for (ActiveJob entry : active.values()) {
            Thread.ofVirtual().name("interrupt-" + entry.id()).start(() -> entry.stop(JobState.INTERRUPTED, why));
        }
        workers.shutdown();
        long until = System.nanoTime() + limit.toNanos();
        try {
            if (!workers.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                // Their rows still say so, and the next start of the host clears up after them.
                LOG.warn("Jobs that did not end in time: {}", active.keySet());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lateEnds.close(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
    }

    private void run(ActiveJob entry) {
        if (closing) {
            entry.stop(
                    JobState.INTERRUPTED,
                    JobEnds.because(JobState.INTERRUPTED)); // before it begins, and not in the middle
        }
        if (begin(entry)) {
            Optional<Map<String, Object>> result = Optional.empty();
            @Nullable PlugbayException failure = null;
            try {
                result = Optional.of(entry.plan().work().run(entry));
            } catch (PlugbayException e) {
                failure = e;
            } catch (RuntimeException | Error e) {
                LOG.error("Job {} failed in a way that was not foreseen", entry.id(), e);
                failure = PlugbayException.of(
                                ErrorCode.INTERNAL, "The job failed in a way that was not foreseen: " + e + ".")
                        .remedy("Look for job " + entry.id() + " in the host's log, and report it.")
                        .build();
            }
            // An interrupt that came too late for the work must meet neither the database nor the next job.
            Thread.interrupted();
            if (failure == null) {
                entry.succeed(result.orElseThrow());
            } else {
                entry.fail(failure);
            }
        }
        if (entry.endIsMissing()) {
            lateEnds.add(entry);
        } else {
            active.remove(entry.id());
        }
    }

    /** Begins a job, if it was not ended while it waited; one whose beginning cannot be stored fails at once. */
    private static boolean begin(ActiveJob entry) {
        try {
            return entry.start();
        } catch (RuntimeException e) {
            LOG.error("Job {} could not begin", entry.id(), e);
            entry.fail(DatabaseFailures.of(e));
            return false;
        }
    }

    private static void await(ActiveJob entry, Duration moment) {
        try {
            if (!entry.over().await(moment.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("Job {} takes its time to end", entry.id());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static PlugbayException stopping() {
        return PlugbayException.of(ErrorCode.UNAVAILABLE, "The host is stopping and takes no more jobs.")
                .remedy("Ask again when it is back.")
                .build();
    }
}
