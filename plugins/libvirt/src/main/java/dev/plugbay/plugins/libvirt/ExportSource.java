package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Consistency;
import java.nio.file.Path;
import java.util.Optional;

/** A machine's disks at one moment, given out by NBD servers for as long as this is open. Used by one thread. */
interface ExportSource extends AutoCloseable {
    /** The socket of the server that gives out a disk. */
    Path socket(ExportDisk disk);

    /** What the server calls the disk. */
    String export(ExportDisk disk);

    /** What the disks are like. */
    Consistency consistency();

    /** Called often while disks are copied: fails when going on would do harm. */
    void check();

    /** Why it has ended before its time, if it has: what fails then fails because of that. */
    Optional<PluginException> failure();

    /** Called when all is copied: fails when what was copied may not be what it should be. */
    void verify();

    /** Ends it: nothing of it is left at the hypervisor or in a file when this returns. */
    @Override
    void close();
}
