package dev.plugbay.cli;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import tools.jackson.databind.JsonNode;

/** One line that is written over and over. The bar's own thread draws it; it is asked for nothing else. */
final class ProgressOnTerminal implements JobProgress {
    private static final int DRAW_EVERY_MILLIS = 150;
    private static final long MEBIBYTE = 1024 * 1024;

    private final Console console;
    private final ProgressBar bar;

    ProgressOnTerminal(Console console) {
        this.console = console;
        int width = console.errWidth() - 1;
        this.bar = new ProgressBarBuilder()
                .setTaskName("export")
                .setInitialMax(-1)
                .setUnit(" MiB", MEBIBYTE)
                .setUpdateIntervalMillis(DRAW_EVERY_MILLIS)
                .setStyle(console.coloursErr() ? ProgressBarStyle.COLORFUL_UNICODE_BAR : ProgressBarStyle.ASCII)
                .setConsumer(new DelegatingProgressBarConsumer(line -> draw(line), width))
                .build();
    }

    private void draw(String line) {
        // Back to the first column, write, and clear what is left of a longer line.
        console.err().print("\r" + line + "\u001b[K");
        console.err().flush();
    }

    @Override
    public void show(JsonNode job) {
        long total = job.path("bytesTotal").asLong(0);
        if (total > 0) {
            bar.maxHint(total);
        }
        bar.stepTo(job.path("bytes").asLong(0));
        String phase = Json.text(job, "phase");
        bar.setExtraMessage(" " + Text.clean(phase.isEmpty() ? Json.text(job, "state") : phase));
    }

    @Override
    public void say(String message) {
        console.err().print("\r\u001b[K");
        console.say(Text.clean(message));
    }

    @Override
    public void close() {
        bar.close();
        console.err().print("\n");
        console.err().flush();
    }
}
