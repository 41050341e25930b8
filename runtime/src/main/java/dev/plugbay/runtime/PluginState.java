package dev.plugbay.runtime;

/** Where in its life an instance is. */
public enum PluginState {
    /** Found, nothing of it loaded. */
    DISCOVERED,
    /** Its artifact is being read and its class loader made. */
    LOADING,
    /** Loaded; none of its code has run. */
    LOADED,
    /** Its constructors and {@code init} run. */
    INITIALIZING,
    /** Initialised. */
    INITIALIZED,
    /** Its {@code start} runs. */
    STARTING,
    /** Serves calls. */
    RUNNING,
    /** Withdrawn; its {@code stop} runs. */
    STOPPING,
    /** Stopped. */
    STOPPED,
    /** Its scope is being closed. */
    UNLOADING,
    /** Unloaded. */
    UNLOADED,
    /** Failed; the problem says why. */
    FAILED,
    /** Disabled; executes no code at all. */
    DISABLED
}
