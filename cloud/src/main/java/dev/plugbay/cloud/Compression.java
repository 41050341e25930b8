package dev.plugbay.cloud;

/** How exported disks are compressed. */
public enum Compression {
    /** Not at all. */
    NONE,
    /** As gzip, or the format's own deflate. */
    GZIP,
    /** As zstd. */
    ZSTD
}
