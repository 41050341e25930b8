package dev.plugbay.runtime;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an instance knows of its artifacts beside the one that runs.
 *
 * <p>Shared: written within operations of the instance, one at a time; {@code artifact} and {@code waiting} are read by anybody.
 */
final class KnownArtifacts {
    /** What runs, or would. */
    private volatile @Nullable Artifact artifact;

    /** A newer one that may not be loaded beside what runs; taken up once that is withdrawn. */
    private volatile @Nullable Artifact waiting;

    /** The one that somebody withdrew by hand, and that is not started until another wins. */
    private @Nullable String held;

    /** The one that was tried and failed, and is not tried again until something changes. */
    private @Nullable String refused;

    Optional<Artifact> artifact() {
        return Optional.ofNullable(artifact);
    }

    /** Takes this for what runs, or would. */
    void know(Artifact next) {
        artifact = next;
    }

    /** Lets this wait until what runs is withdrawn; {@code null} for none. */
    void await(@Nullable Artifact next) {
        waiting = next;
    }

    boolean isHeld(Artifact winner) {
        return winner.sha256().equals(held);
    }

    boolean holdsAny() {
        return held != null;
    }

    void holdNothing() {
        held = null;
    }

    boolean isRefused(Artifact winner) {
        return winner.sha256().equals(refused);
    }

    boolean refusesAny() {
        return refused != null;
    }

    /** Refuses this from now on; {@code null} for none. */
    void refuse(@Nullable Artifact one) {
        refused = one == null ? null : one.sha256();
    }

    /** What ran is withdrawn: what waited is what would run; {@code byHand} keeps it from being started. */
    void withdrawn(boolean byHand) {
        Artifact next = waiting == null ? artifact : waiting;
        artifact = next;
        waiting = null;
        refused = null;
        if (byHand && next != null) {
            held = next.sha256();
        }
    }

    /** The hashes of these; the caller's own. */
    Set<String> inUse() {
        Set<String> inUse = new HashSet<>();
        artifact().map(Artifact::sha256).ifPresent(inUse::add);
        Optional.ofNullable(waiting).map(Artifact::sha256).ifPresent(inUse::add);
        return inUse;
    }
}
