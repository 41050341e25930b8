package dev.plugbay.cloud;

/** What an export's disks are like. */
public enum Consistency {
    /** As if the power had been cut at one moment, the same for all disks. */
    CRASH,
    /** As after a flush and freeze of the guest's file systems. */
    FILESYSTEM
}
