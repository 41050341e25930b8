package dev.plugbay.api;

/** How a new version takes over from an old one. */
public enum ReloadMode {
    /**
     * The new one is published beside the old one, which then drains. For plugins without state: one that has a state gets a copy which was taken while calls
     * went on.
     */
    OVERLAP,
    /** Calls wait at the door while the new one takes over state or an exclusive resource; at most for {@code plugins.handoverGap}. */
    HANDOVER,
    /** A new version waits for a restart of the host. */
    NONE
}
