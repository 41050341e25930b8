package dev.plugbay.runtime;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Artifacts that must not be swept from the store yet, though nothing else says that they are needed.
 *
 * <p>Shared: one concurrent map, changed by whoever pins and lets go.
 */
final class Pins {
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final Runnable released;

    /**
     * None yet.
     *
     * @param released told when an artifact was let go
     */
    Pins(Runnable released) {
        this.released = released;
    }

    /** An artifact that is not swept until this is closed. */
    record Pinned(Artifact artifact, Runnable unpin) implements AutoCloseable {
        @Override
        public void close() {
            unpin.run();
        }
    }

    Pinned pin(Artifact artifact) {
        counts.merge(artifact.sha256(), 1, Integer::sum);
        return new Pinned(artifact, () -> {
            counts.computeIfPresent(artifact.sha256(), (sha256, count) -> count == 1 ? null : count - 1);
            released.run();
        });
    }

    boolean contains(Artifact artifact) {
        return counts.containsKey(artifact.sha256());
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /** The hashes of what is pinned. */
    Set<String> hashes() {
        return Set.copyOf(counts.keySet());
    }
}
