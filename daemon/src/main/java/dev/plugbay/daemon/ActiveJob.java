package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.Progress;
import dev.plugbay.runtime.Cancellation;
import dev.plugbay.runtime.HostEvent;
import dev.plugbay.runtime.Problem;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job that has not ended, or has just now.
 *
 * <p>Shared by the thread that works, those of the provider that report, and whoever cancels. All fields are guarded by this object's
 * monitor, except {@code view}, which is written under it and read by anybody. A state is stored before {@code view} shows it, but for an end that the database does not take: the work is over all
 * the same, so it is shown, and {@code stored} is false until it is stored too. Events are published under the monitor, so that they come in order, and their listeners do not
 * block.
 */
final class ActiveJob implements JobControl {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveJob.class);
    private static final long EVENT_NANOS = Duration.ofMillis(250).toNanos();
    private static final long STORE_NANOS = Duration.ofSeconds(2).toNanos();

    private final JobPlan plan;
    private final JobStore store;
    private final Consumer<HostEvent> events;
    private final Json json;
    private final Clock clock;
    private final Cancellation cancellation = new Cancellation();
    private final CountDownLatch over = new CountDownLatch(1);

    private volatile Job view;
    private @Nullable JobState wanted;
    private boolean committed;
    private boolean stored = true;
    private long lastEvent;
    private long lastStore;

    ActiveJob(JobPlan plan, Job job, JobStore store, Consumer<HostEvent> events, Json json, Clock clock) {
        this.plan = plan;
        this.view = job;
        this.store = store;
        this.events = events;
        this.json = json;
        this.clock = clock;
    }

    Job view() {
        return view;
    }

    JobPlan plan() {
        return plan;
    }

    /** Opens when the job is over. */
    CountDownLatch over() {
        return over;
    }

    /** Begins; false when it was ended while it waited. */
    synchronized boolean start() {
        if (view.state() != JobState.QUEUED) {
            return false;
        }
        Job started = view.started(clock.instant());
        store.update(started);
        view = started;
        publish("job.started");
        return true;
    }

    /**
     * Asks the job to end. One that waits is over at once; one that is past the point of no return goes on.
     *
     * @param end {@link JobState#CANCELLED} or {@link JobState#INTERRUPTED}
     */
    void stop(JobState end, PlugbayException why) {
        synchronized (this) {
            if (view.state().ended() || committed) {
                return;
            }
            if (wanted == null) {
                wanted = end;
            }
            if (view.state() == JobState.QUEUED) {
                end(end, Optional.empty(), Optional.of(why));
                return;
            }
        }
        cancellation.cancel();
    }

    /** Ends with a result; who looks now sees just what the store tells later, down to the types of numbers. */
    synchronized void succeed(Map<String, Object> result) {
        end(JobState.SUCCEEDED, Optional.of(json.object(json.write(result))), Optional.empty());
    }

    /** Ends with a failure, or as it was asked to. */
    synchronized void fail(PlugbayException failure) {
        JobState end = wanted == null ? JobState.FAILED : wanted;
        end(end, Optional.empty(), Optional.of(end == JobState.FAILED ? failure : JobEnds.because(end)));
    }

    private void end(JobState end, Optional<Map<String, Object>> result, Optional<PlugbayException> failure) {
        if (view.state().ended()) {
            return;
        }
        Job ended = view.ended(end, clock.instant(), result, failure.map(it -> json.tree(Problem.of(it))));
        stored = store(ended);
        plan.ended().run();
        view = ended;
        publish("job.finished");
        over.countDown();
    }

    /** Stores the end of a job that has ended, unless it is; whether it is now. */
    synchronized boolean storeEnd() {
        stored = stored || store(view);
        return stored;
    }

    private boolean store(Job ended) {
        try {
            store.update(ended);
            return true;
        } catch (RuntimeException e) {
            LOG.error("The end of job {} could not be stored yet: {}", plan.id(), ended, e);
            return false;
        }
    }

    /** Whether its end is shown, but not stored. */
    synchronized boolean endIsMissing() {
        return !stored;
    }

    @Override
    public String id() {
        return plan.id();
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public synchronized void commit(Map<String, Object> result) {
        if (wanted != null) {
            throw new PlugbayException(ErrorCode.CALL_CANCELLED, "The job was cancelled.");
        }
        try {
            store.update(view.committed(result));
        } catch (JdbiException e) {
            throw DatabaseFailures.of(e);
        }
        committed = true;
    }

    @Override
    public synchronized void report(Progress progress) {
        if (view.state() != JobState.RUNNING) {
            return;
        }
        Job before = view;
        view = before.at(progress);
        boolean phase = !before.phase().equals(view.phase());
        long now = System.nanoTime();
        if (phase || now - lastEvent >= EVENT_NANOS) {
            lastEvent = now;
            publish("job.progress");
        }
        if (phase || now - lastStore >= STORE_NANOS) {
            lastStore = now;
            try {
                store.update(view);
            } catch (RuntimeException e) {
                LOG.warn("The progress of job {} could not be stored: {}", plan.id(), e.toString());
            }
        }
    }

    private void publish(String type) {
        events.accept(new HostEvent(
                type,
                clock.instant(),
                Optional.empty(),
                Optional.of(plan.provider()),
                OptionalInt.empty(),
                json.tree(view)));
    }
}
