package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operations on one instance: one after the other, until the last.
 *
 * <p>Shared: anybody adds to the {@link SerialQueue}; {@code over} is written once, by whoever ends the instance, and read at each turn. An operation
 * of the default instance may wait for operations of the plugin's named ones, never the other way round.
 */
final class Operations {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final String plugin;
    private final String instance;
    private final Runnable settle;
    private final SerialQueue queue;
    private final AtomicInteger decisions = new AtomicInteger();
    private volatile @Nullable String over;

    /**
     * Those of an instance.
     *
     * @param settle the end of each operation, before its asker is answered
     */
    Operations(String plugin, String instance, Runnable settle) {
        this(plugin, instance, SerialQueue.ofOperations(Thread::startVirtualThread), settle);
    }

    /** As above, in this queue. */
    Operations(String plugin, String instance, SerialQueue queue, Runnable settle) {
        this.plugin = plugin;
        this.instance = instance;
        this.queue = queue;
        this.settle = settle;
    }

    /**
     * Runs an operation after those before it and waits for its end. Refused from inside a hook: the operation could wait for that very hook.
     */
    <T> T perform(Callable<T> operation) {
        return await(decide(asked(operation)));
    }

    /** An operation that the caller will wait for; so that one which would wait for a call can see that the call waits for it. */
    static <T> Callable<T> asked(Callable<T> operation) {
        WorkFor asker = new WorkFor(null, Behalf.of(CurrentCall.bound()));
        return () -> {
            CallContext before = CurrentCall.bind(asker);
            try {
                return operation.call();
            } finally {
                CurrentCall.bind(before);
            }
        };
    }

    /** As {@link #perform}, but nobody waits for its end. */
    <T> CompletableFuture<T> decide(Callable<T> operation) {
        if (HookThreads.here()) {
            throw PlugbayException.of(
                            ErrorCode.BUSY,
                            "A plugin's hook asked for a change of " + instance + " and would wait for it.")
                    .plugin(plugin)
                    .instance(instance)
                    .retryable(false)
                    .remedy("Ask from another thread, and do not wait for it in the hook.")
                    .build();
        }
        return submit(() -> {
            try {
                return operation.call();
            } finally {
                decisions.incrementAndGet();
            }
        });
    }

    /** Waits for the end of an operation, and fails as it did. */
    static <T> T await(CompletableFuture<T> operation) {
        try {
            return operation.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof PlugbayException known) {
                throw known;
            }
            throw failure;
        }
    }

    /** How many operations were performed by hand; what a scan saw before the last one is out of date. */
    int decisions() {
        return decisions.get();
    }

    /** Runs an operation after those before it; refused once the last one is known. */
    <T> CompletableFuture<T> submit(Callable<T> operation) {
        return enqueue(() -> {
            String why = over;
            if (why != null) {
                throw TargetRef.unavailable(plugin, instance, why);
            }
            return operation.call();
        });
    }

    /** Runs the last operation; those that wait, and all that come, are refused with {@code why}, as in "was removed". */
    <T> CompletableFuture<T> last(String why, Callable<T> operation) {
        over = why;
        return enqueue(operation);
    }

    /** Lets the operation that runs now be the last; whether it is the first that says so. */
    boolean end(String why) {
        boolean first = over == null;
        over = why;
        return first;
    }

    /** Whether the last operation is known. */
    boolean over() {
        return over != null;
    }

    private <T> CompletableFuture<T> enqueue(Callable<T> operation) {
        CompletableFuture<T> result = new CompletableFuture<>();
        queue.execute(
                () -> {
                    try {
                        T done;
                        try {
                            done = operation.call();
                        } finally {
                            settle.run();
                        }
                        result.complete(done);
                    } catch (PlugbayException failure) {
                        result.completeExceptionally(failure);
                    } catch (Throwable defect) {
                        LOG.error("An operation on {} failed: {}", instance, Stacks.text(defect));
                        result.completeExceptionally(PlugbayException.of(
                                        ErrorCode.INTERNAL,
                                        "An operation on " + instance + " failed: " + Failures.describe(defect))
                                .plugin(plugin)
                                .instance(instance)
                                .build());
                    }
                },
                noThread -> result.completeExceptionally(NoThread.failure("An operation on " + instance, noThread)
                        .plugin(plugin)
                        .instance(instance)
                        .build()));
        return result;
    }
}
