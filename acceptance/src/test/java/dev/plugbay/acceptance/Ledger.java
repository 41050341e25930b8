package dev.plugbay.acceptance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What a host acknowledged, as those remember who asked it. */
final class Ledger {
    static final int KEYS = 3;

    /** The teller's numbers, one for each of those who tell it. */
    final Map<String, Told<Integer>> stored = new TreeMap<>();

    /** The teller's configuration. */
    final Told<Integer> mark = new Told<>(0);

    /** Whether the lamp is enabled. */
    final Told<Boolean> lamp = new Told<>(true);

    /** The configuration of the teller's second instance; 0 where there is none. */
    final Told<Integer> branch = new Told<>(0);

    /** The version of the guest that is installed; empty for none. */
    final Told<String> guest = new Told<>("");

    /** As often as this at least, the keeper has handed its state over: what was kept when it was last looked at, and what was acknowledged since. */
    final AtomicInteger handovers = new AtomicInteger();

    /** Answers that say no without a reason that can be. */
    final Queue<String> unexplained = new ConcurrentLinkedQueue<>();

    /** Exports that were accepted, by job: where each one's result will be. */
    final Map<String, Path> exports = new ConcurrentHashMap<>();

    /** Jobs that were seen to have ended, and how. */
    final Map<String, String> ended = new ConcurrentHashMap<>();

    /** An export that gives way to the next of its name was seen to succeed. */
    volatile Optional<Path> lasting = Optional.empty();

    Ledger() {
        for (int i = 0; i < KEYS; i++) {
            stored.put("key" + i, new Told<>(0));
        }
    }

    List<String> keys() {
        return new ArrayList<>(stored.keySet());
    }
}
