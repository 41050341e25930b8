package dev.plugbay.daemon;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/** Exports, and the jobs that do them. */
final class JobRoutes implements Routes {
    /** How long a cancellation waits for the job's end before it answers that it is under way. */
    private static final Duration MOMENT = Duration.ofSeconds(2);

    private final Exports exports;
    private final Jobs jobs;
    private final Requests requests;

    JobRoutes(Exports exports, Jobs jobs, Requests requests) {
        this.exports = exports;
        this.jobs = jobs;
        this.requests = requests;
    }

    @Override
    public void addTo(RouteTable table) {
        table.post("/api/v1/exports", this::export);
        table.get("/api/v1/jobs", this::list);
        table.get("/api/v1/jobs/{id}", this::show);
        table.post("/api/v1/jobs/{id}/cancel", this::cancel);
    }

    private void export(Context ctx) {
        Query.allow(ctx);
        Job job = exports.submit(ExportRequest.of(requests.object(ctx)), requests.options(ctx));
        ctx.header("Location", "/api/v1/jobs/" + job.id());
        requests.reply(ctx, 202, job);
    }

    private void list(Context ctx) {
        Query.allow(ctx, "state", "limit", "cursor");
        Optional<Long> before = Listing.cursor(ctx).map(JobRoutes::number);
        requests.reply(ctx, jobs.list(Query.words(ctx, "state", JobState.class), Listing.limit(ctx), before));
    }

    private void show(Context ctx) {
        Query.allow(ctx);
        requests.reply(ctx, jobs.get(ctx.pathParam("id")));
    }

    private void cancel(Context ctx) {
        Query.allow(ctx);
        Job job = jobs.cancel(ctx.pathParam("id"), MOMENT);
        requests.reply(ctx, job.state().ended() ? 200 : 202, job);
    }

    private static long number(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw Requests.invalid("cursor", "is none that this host gave");
        }
    }
}
