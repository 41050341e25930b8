package dev.plugbay.plugins.qemu;

import java.util.function.DoubleConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads lines such as {@code (12.34/100%)}. Used by one thread. */
final class QemuProgress {
    private static final Pattern LINE = Pattern.compile("\\((\\d{1,3}(?:\\.\\d+)?)/100%\\)");

    private final DoubleConsumer percent;
    private double reported = -1;

    QemuProgress(DoubleConsumer percent) {
        this.percent = percent;
    }

    /** Whether the line was one of progress. */
    boolean read(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return false;
        }
        double now = Math.min(100, Double.parseDouble(matcher.group(1)));
        if (now > reported) {
            reported = now;
            percent.accept(now);
        }
        return true;
    }
}
