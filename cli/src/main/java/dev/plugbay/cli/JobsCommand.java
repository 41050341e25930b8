package dev.plugbay.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Long work of the host. */
@Command(name = "jobs", description = "List jobs, or act on one.", synopsisSubcommandLabel = "[COMMAND]")
final class JobsCommand implements Callable<Integer> {
    private static final String JOBS = "/api/v1/jobs";

    private final Session session;

    JobsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return list(null);
    }

    @Command(description = "List jobs.")
    int list(
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            description = "Only QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED or INTERRUPTED ones.")
                    @Nullable
                    String state) {
        List<Map.Entry<String, String>> query =
                state == null ? List.of() : List.of(Map.entry("state", state.toUpperCase(Locale.ROOT)));
        JsonNode jobs = session.host().list(JOBS, query, Integer.MAX_VALUE);
        session.show(jobs, JobViews.list(jobs.path("items")), "No jobs.");
        return ExitCodes.OK;
    }

    @Command(description = "Show one job.")
    int show(@Parameters(paramLabel = "JOB", description = "The job's id.") String id) {
        JsonNode job = get(id);
        session.show(job, () -> JobViews.details(job));
        return ExitCodes.OK;
    }

    @Command(description = "Wait until a job has ended; ends as the job did. Ctrl-C stops the waiting, not the job.")
    int wait(@Parameters(paramLabel = "JOB", description = "The job's id.") String id) {
        JsonNode job = new JobFollower(session).follow(get(id));
        session.show(job, () -> JobViews.result(job));
        return ExitCodes.OK;
    }

    @Command(description = "Cancel a job.")
    int cancel(@Parameters(paramLabel = "JOB", description = "The job's id.") String id) {
        JsonNode job = session.host().post(JOBS + "/" + Rest.encode(id) + "/cancel");
        session.show(job, () -> List.of("job " + Text.clean(id) + " is being cancelled"));
        return ExitCodes.OK;
    }

    private JsonNode get(String id) {
        return session.host().get(JOBS + "/" + Rest.encode(id));
    }
}
