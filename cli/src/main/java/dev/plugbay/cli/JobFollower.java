package dev.plugbay.cli;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Follows a job until it ends, showing its progress.
 *
 * <p>Two threads: the command's own, which asks the host; and the JVM's thread for signals. They share the queue, which
 * wakes the first; the count of interrupts, which only the second changes; and the volatile id, which only the first
 * sets. Whatever ends the command at once is done by the second, so that a request that hangs cannot hold it up.
 */
final class JobFollower {
    private static final Set<String> ENDED = Set.of("SUCCEEDED", "FAILED", "CANCELLED", "INTERRUPTED");
    private static final long FIRST_POLL_MILLIS = 50;
    private static final long LAST_POLL_MILLIS = 250;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Session session;
    private final BlockingQueue<String> cancels = new LinkedBlockingQueue<>();
    private final AtomicInteger interrupts = new AtomicInteger();
    private volatile Optional<String> following = Optional.empty();

    JobFollower(Session session) {
        this.session = session;
    }

    /** From now on Ctrl-C cancels the job, a second one detaches, and so do SIGTERM and a hang-up. */
    void cancelOnInterrupt() {
        Signals.on("INT", () -> {
            if (interrupts.incrementAndGet() == 1) {
                cancels.add("INT");
            } else {
                detach(ExitCodes.CANCELLED);
            }
        });
        Signals.on("TERM", () -> detach(128 + 15));
        Signals.on("HUP", () -> detach(128 + 1));
    }

    private void detach(int exitCode) {
        session.say(following
                .map(id -> "\nJob " + id + " goes on in the host. See: plugbay jobs wait " + id)
                .orElse("\nWhether the host took the job is not known. See: plugbay jobs"));
        System.exit(exitCode);
    }

    /** Follows to the end; throws the job's problem if it did not succeed. */
    JsonNode follow(JsonNode started) {
        String id = Json.text(started, "id");
        following = Optional.of(id);
        JsonNode job = started;
        try (JobProgress progress = JobProgress.of(session)) {
            long poll = FIRST_POLL_MILLIS;
            progress.show(job);
            while (!ENDED.contains(Json.text(job, "state"))) {
                if (awaitCancel(poll)) {
                    cancel(id, progress);
                }
                job = ask(id);
                progress.show(job);
                poll = Math.min(LAST_POLL_MILLIS, poll * 2);
            }
        }
        return succeeded(job);
    }

    /** The job, or its problem. */
    static JsonNode succeeded(JsonNode job) {
        String state = Json.text(job, "state");
        if (state.equals("SUCCEEDED")) {
            return job;
        }
        String id = Json.text(job, "id");
        if (job.path("problem") instanceof ObjectNode problem && !state.equals("CANCELLED")) {
            throw Failure.of(problem);
        }
        if (state.equals("CANCELLED")) {
            throw Failure.of(
                    "CallCancelled",
                    409,
                    "Call was cancelled",
                    "Job " + id + " was cancelled; it left nothing behind.",
                    "");
        }
        throw Failure.of(
                "Interrupted",
                500,
                "Interrupted by the end of the host",
                "Job " + id + " ended as " + state + ".",
                "Start it again.");
    }

    private boolean awaitCancel(long millis) {
        try {
            return cancels.poll(millis, TimeUnit.MILLISECONDS) != null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void cancel(String id, JobProgress progress) {
        progress.say("Cancelling job " + id + "; Ctrl-C again leaves it to itself.");
        try {
            session.host().post("/api/v1/jobs/" + Rest.encode(id) + "/cancel");
        } catch (Failure alreadyEnded) {
            if (alreadyEnded.exitCode() == ExitCodes.UNREACHABLE) {
                throw alreadyEnded;
            }
        }
    }

    /** Asks for the job; a host that cannot be reached for a moment is asked again. */
    private JsonNode ask(String id) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                return session.host().get("/api/v1/jobs/" + Rest.encode(id));
            } catch (Failure failure) {
                if (failure.exitCode() != ExitCodes.UNREACHABLE || System.nanoTime() - deadline > 0) {
                    throw failure;
                }
                if (awaitCancel(LAST_POLL_MILLIS)) {
                    throw failure;
                }
            }
        }
    }
}
