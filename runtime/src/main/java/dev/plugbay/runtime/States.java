package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.SavedState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The states that instances leave, in the host's store. A store that does not answer keeps nobody waiting beyond the limit.
 *
 * <p>Shared: the last write of each instance. Writes of one instance happen one after the other, so a late one cannot take the place of one that was asked for after it.
 */
final class States {
    private final HostStore store;
    private final Map<String, CompletableFuture<Void>> writes = new ConcurrentHashMap<>();

    States(HostStore store) {
        this.store = store;
    }

    /**
     * What is kept for an instance, when what was to be kept before is.
     *
     * @throws PlugbayException when that takes longer than the limit
     */
    Optional<SavedState> kept(String instance, Duration limit) {
        CompletableFuture<Void> last = writes.get(instance);
        if (last != null) {
            try {
                await(instance, last.handle((done, failure) -> true), limit);
            } catch (ExecutionException impossible) {
                throw unknown(instance, impossible);
            }
        }
        return store.state(instance);
    }

    /**
     * Keeps a state, or none, in place of what was kept; it is durable when this returns.
     *
     * @throws PlugbayException why it is not known to be kept
     */
    void keep(String instance, Optional<SavedState> state, Duration limit) {
        CompletableFuture<Void> write = writes.compute(
                instance,
                (name, before) -> after(before).thenRunAsync(() -> store.keepState(instance, state), task -> {
                    Thread.ofVirtual().name("plugbay-state-" + instance).start(task);
                }));
        try {
            await(instance, write, limit);
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof PlugbayException known ? known : unknown(instance, failure);
        }
    }

    private static void await(String instance, CompletableFuture<?> write, Duration limit) throws ExecutionException {
        boolean ended = Uninterrupted.<Boolean, ExecutionException>get(limit, nanos -> {
            try {
                write.get(nanos, TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException slow) {
                return false;
            }
        });
        if (!ended) {
            throw PlugbayException.of(
                            ErrorCode.UNAVAILABLE,
                            "The state of " + instance + " could not be kept within " + Durations.about(limit) + ".")
                    .instance(instance)
                    .remedy("Check the disk of the home folder.")
                    .build();
        }
    }

    private static CompletableFuture<Boolean> after(@Nullable CompletableFuture<Void> before) {
        return before == null ? CompletableFuture.completedFuture(true) : before.handle((done, failure) -> true);
    }

    private static PlugbayException unknown(String instance, ExecutionException failure) {
        return PlugbayException.of(
                        ErrorCode.INTERNAL,
                        "The state of " + instance + " could not be kept: "
                                + Failures.describe(failure.getCause() == null ? failure : failure.getCause()))
                .instance(instance)
                .remedy("Check the disk of the home folder, and its database; see the log of the host.")
                .build();
    }
}
