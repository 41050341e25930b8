package dev.plugbay.cli;

import tools.jackson.databind.JsonNode;

/** A line when the job begins, when its phase changes, and at each further quarter of the way. */
final class ProgressInLines implements JobProgress {
    private static final int STEP_PERCENT = 25;

    private final Console console;
    private String phase = "";
    private long step = -1;

    ProgressInLines(Console console) {
        this.console = console;
    }

    @Override
    public void show(JsonNode job) {
        String now = Json.text(job, "phase");
        String shown = now.isEmpty() ? Json.text(job, "state") : now;
        long percent = job.path("progress").asLong(0);
        long stepNow = percent / STEP_PERCENT;
        if (shown.equals(phase) && stepNow <= step) {
            return;
        }
        phase = shown;
        step = stepNow;
        console.say(Text.clean("job " + Json.text(job, "id") + ": " + shown + ", " + percent + " %" + bytes(job)));
    }

    static String bytes(JsonNode job) {
        long done = job.path("bytes").asLong(0);
        long total = job.path("bytesTotal").asLong(0);
        return total <= 0 ? "" : " (" + Text.bytes(done) + " of " + Text.bytes(total) + ")";
    }

    @Override
    public void say(String message) {
        console.say(Text.clean(message));
    }

    @Override
    public void close() {}
}
