package dev.plugbay.plugins.qemu;

import dev.plugbay.cloud.Progress;
import dev.plugbay.cloud.ProgressListener;
import java.util.OptionalLong;

/**
 * A part of an export's progress, from one percentage to another, in bytes of the whole.
 *
 * @param whole who hears of the export's progress
 * @param from the percentage at which this part begins
 * @param to the percentage at which it ends
 * @param diskBytes the bytes of the whole
 */
public record Stage(ProgressListener whole, double from, double to, long diskBytes) implements ProgressListener {
    @Override
    public void progress(Progress part) {
        report(part.phase(), part.percent());
    }

    /** A share of this stage. */
    public Stage part(double start, double end) {
        return new Stage(whole, scaled(start), scaled(end), diskBytes);
    }

    /** Reports how far this stage is. */
    public void report(String phase, double percent) {
        double now = scaled(percent);
        whole.progress(new Progress(phase, now, (long) (diskBytes * (now / 100)), OptionalLong.of(diskBytes), ""));
    }

    private double scaled(double percent) {
        return percent >= 100 ? to : Math.min(to, from + (to - from) * percent / 100);
    }
}
