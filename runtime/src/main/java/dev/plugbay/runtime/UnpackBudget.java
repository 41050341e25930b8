package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;

/** Counts what is really unpacked, whatever the archive declares, and stops with {@link ErrorCode#UNSAFE_ARCHIVE} at a cap. */
final class UnpackBudget {
    /**
     * The caps.
     *
     * @param bytes most bytes unpacked
     * @param entries most files and folders
     * @param ratio most unpacked bytes for each packed one, above {@code freeBytes}
     * @param freeBytes unpacked bytes of which the ratio is not asked
     */
    record Caps(long bytes, int entries, int ratio, long freeBytes) {
        static Caps standard() {
            return new Caps(1L << 30, 20_000, 200, 1L << 20);
        }
    }

    private final Caps caps;
    private long bytes;
    private int entries;

    UnpackBudget(Caps caps) {
        this.caps = caps;
    }

    void entry() {
        if (++entries > caps.entries) {
            throw EntryNames.unsafe("it has more than " + caps.entries + " entries");
        }
    }

    /** Counts {@code count} more bytes of an entry that has now {@code soFar}, out of {@code packed} bytes. */
    void bytes(String name, long count, long soFar, long packed) {
        bytes += count;
        if (bytes > caps.bytes) {
            throw EntryNames.unsafe("it has more than " + caps.bytes + " bytes unpacked");
        }
        if (soFar > caps.freeBytes && soFar / caps.ratio >= Math.max(1, packed)) {
            throw EntryNames.unsafe(name, "unpacks to more than " + caps.ratio + " times its packed size");
        }
    }

    Caps caps() {
        return caps;
    }

    /** Bytes so far. */
    long total() {
        return bytes;
    }
}
