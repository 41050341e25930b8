package dev.plugbay.cli;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** One line that is written over and over: phase, bar, how far, how fast, and how long it will take. */
final class ProgressOnTerminal implements JobProgress {
    private static final int BAR = 20;
    private static final double NANOS_PER_SECOND = 1e9;
    // A speed that is measured over less says nothing.
    private static final double WORTH_TELLING_SECONDS = 0.5;

    private final Console console;
    private final int width;
    private final long begin = System.nanoTime();
    private boolean drawn;

    ProgressOnTerminal(Console console) {
        this.console = console;
        this.width = console.errWidth() - 1;
    }

    @Override
    public void show(JsonNode job) {
        String line = Text.cut(line(job, (System.nanoTime() - begin) / NANOS_PER_SECOND), width);
        // Back to the first column, write, and clear what is left of a longer line.
        console.err().print("\r" + line + "\u001b[K");
        console.err().flush();
        drawn = true;
    }

    /** The line for a job that has been watched for so many seconds. */
    static String line(JsonNode job, double seconds) {
        long percent = Math.clamp(job.path("progress").asLong(0), 0, 100);
        int filled = (int) (percent * BAR / 100);
        String phase = Json.text(job, "phase");
        String word = Text.clean(phase.isEmpty() ? Json.text(job, "state") : phase);
        StringBuilder line = new StringBuilder(word)
                .append(" ".repeat(Math.max(0, 10 - Text.width(word))))
                .append(" [")
                .append("#".repeat(filled))
                .append(".".repeat(BAR - filled))
                .append("] ")
                .append(" ".repeat(percent < 10 ? 2 : percent < 100 ? 1 : 0))
                .append(percent)
                .append(" %")
                .append(ProgressInLines.bytes(job));
        long done = job.path("bytes").asLong(0);
        long left = job.path("bytesTotal").asLong(0) - done;
        if (seconds >= WORTH_TELLING_SECONDS && done > 0 && left > 0) {
            double speed = done / seconds;
            line.append(", ")
                    .append(Text.bytes((long) speed))
                    .append("/s, ")
                    .append(Text.duration(Duration.ofSeconds((long) Math.ceil(left / speed))))
                    .append(" left");
        }
        return line.toString();
    }

    @Override
    public void say(String message) {
        console.err().print("\r\u001b[K");
        console.say(Text.clean(message));
    }

    @Override
    public void close() {
        if (drawn) {
            console.err().print("\n");
            console.err().flush();
        }
    }
}
