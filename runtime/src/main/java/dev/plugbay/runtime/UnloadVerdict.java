package dev.plugbay.runtime;

import java.util.List;

/**
 * What is known of a generation after its unload began.
 *
 * @param instance the instance
 * @param generation the generation's number
 * @param version its version
 * @param outcome what is known
 * @param millis milliseconds from the withdrawal to this outcome, or so far
 * @param waitsFor what a pending one waits for; empty otherwise
 * @param holders what keeps a leaked one
 */
public record UnloadVerdict(
        String instance,
        int generation,
        String version,
        Outcome outcome,
        long millis,
        List<String> waitsFor,
        List<Holder> holders) {

    /** Copies the lists. */
    public UnloadVerdict {
        waitsFor = List.copyOf(waitsFor);
        holders = List.copyOf(holders);
    }

    /** What is known. */
    public enum Outcome {
        /** Its class loader was collected. */
        RELEASED,
        /** Something keeps it although a sentinel loader of the same age was collected. */
        LEAKED,
        /** Calls still run on it, or the collector has not been by. */
        PENDING
    }

    /**
     * What keeps a generation.
     *
     * @param kind {@code thread}, {@code timer}, {@code call}, {@code hook} or {@code unknown}
     * @param name its name
     * @param where its stack, or where it was started
     */
    public record Holder(String kind, String name, String where) {}
}
