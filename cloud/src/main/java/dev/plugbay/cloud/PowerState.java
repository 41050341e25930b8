package dev.plugbay.cloud;

/** Whether a machine runs, in words that all providers share. */
public enum PowerState {
    /** The provider cannot tell. */
    UNKNOWN,
    /** Runs. */
    RUNNING,
    /** Stopped. */
    STOPPED,
    /** Held in memory. */
    PAUSED,
    /** Held on disk. */
    SUSPENDED,
    /** On its way to running. */
    STARTING,
    /** On its way to stopped. */
    STOPPING
}
