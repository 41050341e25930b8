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
import java.util.concurrent.Executor;
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
     * What is kept for a generation's instance, when what was to be kept before is.
     *
     * @throws PlugbayException when that takes longer than the limit, or why it cannot be read
     */
    Optional<SavedState> kept(CallTarget generation, Duration limit) {
        String instance = generation.instance();
        CompletableFuture<Optional<SavedState>> read =
                after(writes.get(instance)).thenApplyAsync(before -> store.state(instance), thread(instance));
        return await(generation, "read", read, limit);
    }

    /**
     * Keeps a state of a generation, or none, in place of what was kept; it is durable when this returns.
     *
     * @throws PlugbayException why it is not known to be kept
     */
    void keep(CallTarget generation, Optional<SavedState> state, Duration limit) {
        String instance = generation.instance();
        CompletableFuture<Void> write = writes.compute(
                instance,
                (name, before) -> after(before).thenRunAsync(() -> store.keepState(instance, state), thread(instance)));
        await(generation, "kept", write, limit);
    }

    /** One of its own for each: a store that hangs holds it, and nothing of a generation. */
    private static Executor thread(String instance) {
        return task -> {
            Thread.ofVirtual().name("plugbay-state-" + instance).start(task);
        };
    }

    private static <T> T await(CallTarget generation, String done, CompletableFuture<T> work, Duration limit) {
        String what = "The state of " + generation.instance() + " could not be " + done;
        try {
            return Uninterrupted.<T, Exception>get(limit, nanos -> work.get(nanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException slow) {
            throw failure(generation, ErrorCode.UNAVAILABLE, what + " within " + Durations.about(limit) + ".")
                    .remedy("Check the disk of the home folder.")
                    .build();
        } catch (Exception failure) {
            Throwable cause =
                    failure instanceof ExecutionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof PlugbayException known) {
                throw told(generation, known);
            }
            throw failure(generation, ErrorCode.INTERNAL, what + ": " + Failures.describe(cause))
                    .remedy("Check the disk of the home folder, and its database; see the log of the host.")
                    .build();
        }
    }

    /** What the store says, which knows of no generation. */
    private static PlugbayException told(CallTarget generation, PlugbayException known) {
        PlugbayException.Builder builder =
                failure(generation, known.code(), known.detail()).retryable(known.retryable());
        known.remedy().ifPresent(builder::remedy);
        known.details().forEach(builder::detail);
        return builder.build();
    }

    private static PlugbayException.Builder failure(CallTarget generation, ErrorCode code, String what) {
        return PlugbayException.of(code, what)
                .plugin(generation.plugin())
                .instance(generation.instance())
                .generation(generation.generation());
    }

    private static CompletableFuture<Boolean> after(@Nullable CompletableFuture<Void> before) {
        return before == null ? CompletableFuture.completedFuture(true) : before.handle((done, failure) -> true);
    }
}
