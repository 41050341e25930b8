package dev.plugbay.daemon;

/** Where a job is. It goes from QUEUED to RUNNING to one of the others, or from QUEUED to one of the last four at once, and never back. */
enum JobState {
    /** Waits for its turn. */
    QUEUED,
    /** Runs. */
    RUNNING,
    /** Ended, and its result is in place. */
    SUCCEEDED,
    /** Ended with a problem. */
    FAILED,
    /** Ended because somebody asked for it. */
    CANCELLED,
    /** Ended with the host. */
    INTERRUPTED;

    /** Whether it is over. */
    boolean ended() {
        return this != QUEUED && this != RUNNING;
    }
}
