package dev.plugbay.daemon;

import dev.plugbay.api.Plugin;

/** What the lab's provider is packed with, to be loaded as a plugin. */
public final class LabPlugin implements Plugin {
    /** Made by the host. */
    public LabPlugin() {}
}
