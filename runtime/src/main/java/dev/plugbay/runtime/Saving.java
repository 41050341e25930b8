package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Whether a generation that was withdrawn has saved what it knows, and why not. Kept beyond its end, so it holds nothing of it.
 *
 * <p>Shared: written by the generation's retirement, {@code begun} before {@code end}, and read by anybody. From {@code begun} on no call is waited for, and what is left has limits of
 * its own.
 */
final class Saving {
    private final CompletableFuture<Optional<Problem>> end = new CompletableFuture<>();
    private volatile boolean begun;

    /** One that has nothing to save. */
    static Saving nothing() {
        Saving nothing = new Saving();
        nothing.end();
        return nothing;
    }

    /** Calls are waited for no longer. */
    void begin() {
        begun = true;
    }

    /** It is saved, or there was nothing to save; unless it failed before. */
    void end() {
        begin();
        end.complete(Optional.empty());
    }

    /** It is not saved. */
    void failed(CallTarget generation, PlugbayException cause) {
        begin();
        end.complete(Optional.of(problem(generation, cause)));
    }

    /** Whether nothing but its own limits keeps it from its end. */
    boolean begun() {
        return begun;
    }

    /** Whether it has ended. */
    boolean over() {
        return end.isDone();
    }

    /** Why it is not saved; nothing as long as that is not known. */
    Optional<Problem> failure() {
        return end.getNow(Optional.empty());
    }

    /** Waits for its end; whether it came. */
    boolean await(Duration limit) throws InterruptedException {
        try {
            end.get(Math.max(limit.toNanos(), 0), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        }
    }

    private static Problem problem(CallTarget generation, PlugbayException cause) {
        PlugbayException.Builder builder = PlugbayException.of(
                        cause.code(),
                        "Generation " + generation.generation() + " of " + generation.instance()
                                + " has ended, but its state was not saved: the start after it has the one that was kept"
                                + " before. " + cause.detail())
                .plugin(generation.plugin())
                .instance(generation.instance())
                .generation(generation.generation())
                .retryable(false)
                .remedy(cause.remedy().map(first -> first + " ").orElse("") + "What it knew since that one is lost.");
        cause.details().forEach(builder::detail);
        return Problem.of(builder.build());
    }

    /** What to tell of a retirement that broke off. */
    static PlugbayException brokeOff(Throwable defect) {
        return PlugbayException.of(ErrorCode.INTERNAL, "Its end failed: " + Failures.describe(defect))
                .build();
    }
}
