package dev.plugbay.cloud;

/** Hears how far a long call is. */
@FunctionalInterface
public interface ProgressListener {
    /** A report; never goes back. */
    void progress(Progress progress);
}
