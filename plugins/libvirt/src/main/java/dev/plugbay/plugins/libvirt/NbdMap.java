package dev.plugbay.plugins.libvirt;

import dev.plugbay.cloud.DiskSource.Extent;
import java.util.ArrayDeque;

/** What is known of a disk from some offset on, in ascending order: data or zeros. Neighbours alike are one. Used by one thread. */
final class NbdMap {
    private final ArrayDeque<Run> runs = new ArrayDeque<>();

    /**
     * A part of the disk.
     *
     * @param from its first byte
     * @param to the one behind its last
     */
    record Run(long from, long to, boolean data) {}

    /** Adds what follows. */
    void add(long from, long length, boolean data) {
        Run last = runs.peekLast();
        if (last != null && last.to == from && last.data == data) {
            runs.removeLast();
            runs.addLast(new Run(last.from, from + length, data));
        } else {
            runs.addLast(new Run(from, from + length, data));
        }
    }

    /** Whether anything is known of {@code offset}; forgets what lies before. */
    boolean knows(long offset) {
        while (!runs.isEmpty() && runs.getFirst().to <= offset) {
            runs.removeFirst();
        }
        return !runs.isEmpty() && runs.getFirst().from <= offset;
    }

    /** What lies at an offset that is {@linkplain #knows known}. */
    Extent at(long offset) {
        Run run = runs.getFirst();
        return new Extent(run.to - offset, run.data);
    }

    /** The first run of data that ends behind {@code offset}; an empty one at the end of what is known if there is none. */
    Run dataFrom(long offset) {
        for (Run run : runs) {
            if (run.data && run.to > offset) {
                return new Run(Math.max(run.from, offset), run.to, true);
            }
        }
        return new Run(offset, offset, true);
    }
}
