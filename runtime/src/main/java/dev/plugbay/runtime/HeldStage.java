package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's stage in the host's hands: completed with a copied value or a detached failure, cancellation passes on. It holds the lease until the plugin's own
 * stage is complete, or both were collected.
 *
 * <p>What depends on it runs on a fresh virtual thread, never above plugin frames: an exception made there would refer to the plugin. Only a stage that is complete when
 * it is returned completes at once. The plugin's stage refers to this, not the other way round once it is complete; and the lease's {@link Hold} refers to neither, so that a
 * stage which everybody has forgotten can be collected.
 */
final class HeldStage extends CompletableFuture<Object> {
    private static final Logger LOG = LoggerFactory.getLogger(HeldStage.class);

    private final Hold hold;
    private final @Nullable ClassLoader loader;
    private volatile @Nullable CompletionStage<?> stage;

    private HeldStage(CompletionStage<?> stage, Hold hold, @Nullable ClassLoader loader) {
        this.stage = stage;
        this.hold = hold;
        this.loader = loader;
    }

    /** For the thread that is inside the call. */
    static HeldStage of(CompletionStage<?> stage, ValueBorder border, Hold hold, @Nullable ClassLoader loader) {
        HeldStage future = new HeldStage(stage, hold, loader);
        try {
            if (stage.getClass() == CompletableFuture.class && ((CompletableFuture<?>) stage).isDone()) {
                stage.whenComplete((value, failure) ->
                        future.outcome(border, value, failure).run());
                return future;
            }
            hold.services().whenCollected(future, () -> {
                if (hold.end()) {
                    LOG.warn("{} was never completed, and nobody refers to it any more", hold.label());
                }
            });
            stage.whenComplete((value, failure) -> future.settle(border, value, failure));
            return future;
        } catch (Throwable failure) {
            hold.end();
            throw failure;
        }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        CompletionStage<?> inside = stage;
        boolean cancelled = super.cancel(mayInterrupt);
        if (cancelled && inside != null) {
            try {
                hold.use("cancel", () -> inside.toCompletableFuture().cancel(mayInterrupt));
            } catch (PlugbayException failure) {
                LOG.debug("cancelling {} failed: {}", hold.label(), Failures.describe(failure));
            }
        }
        return cancelled;
    }

    private void settle(ValueBorder border, @Nullable Object value, @Nullable Throwable failure) {
        Runnable outcome = outcome(border, value, failure);
        Thread thread = Thread.ofVirtual()
                .name("plugbay-complete")
                .inheritInheritableThreadLocals(false)
                .unstarted(outcome);
        thread.setContextClassLoader(loader);
        thread.start();
    }

    /** What to do on the host's side; the lease is back when this returns. */
    @SuppressWarnings("NullAway") // a stage of Void completes with null
    private Runnable outcome(ValueBorder border, @Nullable Object value, @Nullable Throwable failure) {
        Failures.Who who = hold.who();
        try {
            if (failure != null) {
                PlugbayException detached =
                        hold.use("failure", () -> Failures.detach(failure, who, hold.label(), null));
                return () -> completeExceptionally(detached);
            }
            Object copy = value == null ? null : hold.use("value", () -> border.copy(value));
            return () -> complete(copy);
        } catch (PlugbayException refused) {
            PlugbayException shown = PlugbayException.of(
                            ErrorCode.CALL_FAILED, "result of " + hold.label() + ": " + refused.getMessage())
                    .plugin(who.plugin())
                    .instance(who.instance())
                    .generation(who.generation())
                    .build();
            return () -> completeExceptionally(shown);
        } finally {
            stage = null;
            hold.end();
        }
    }
}
