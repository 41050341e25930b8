package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.CallOptions;
import dev.plugbay.runtime.PluginHost;
import dev.plugbay.runtime.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Asks providers, several at once, and never waits longer than it must.
 *
 * <p>Each question runs on a virtual thread of its own, with the deadline as the call's. A provider that ignores its deadline keeps that
 * thread and nobody else: the asker goes on a little after the deadline without it.
 */
final class ProviderCalls {
    /** What a call gets on top of its deadline, to end by itself with a better message. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final PluginHost host;
    private final Duration timeout;

    ProviderCalls(PluginHost host, Duration timeout) {
        this.host = host;
        this.timeout = timeout;
    }

    /** What came of a question. */
    sealed interface Answer<T> {
        /** The provider asked. */
        Provider provider();

        /** It answered. */
        record Got<T>(Provider provider, T value) implements Answer<T> {}

        /** It did not. */
        record Failed<T>(Provider provider, Problem problem, PlugbayException failure) implements Answer<T> {}
    }

    /** Asks all of them at once; answers come in the order of the providers. */
    <T> List<Answer<T>> ask(List<Provider> providers, CallOptions options, Function<Provider, T> question) {
        return ask(providers, options, timeout, question);
    }

    /** The same, with another deadline. */
    <T> List<Answer<T>> ask(
            List<Provider> providers, CallOptions options, Duration within, Function<Provider, T> question) {
        long end = System.nanoTime() + within.plus(GRACE).toNanos();
        List<FutureTask<T>> tasks = providers.stream()
                .map(provider -> start(provider, options, within, question))
                .toList();
        List<Answer<T>> answers = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            answers.add(await(providers.get(i), tasks.get(i), end, within));
        }
        return answers;
    }

    /**
     * Asks one.
     *
     * @throws PlugbayException what the provider failed with; {@link ErrorCode#CALL_TIMEOUT} when it did not answer in time
     */
    <T> T ask(Provider provider, CallOptions options, Function<Provider, T> question) {
        long end = System.nanoTime() + timeout.plus(GRACE).toNanos();
        return switch (await(provider, start(provider, options, timeout, question), end, timeout)) {
            case Answer.Got<T>(Provider asked, T value) -> value;
            case Answer.Failed<T>(Provider asked, Problem problem, PlugbayException failure) -> throw failure;
        };
    }

    private <T> FutureTask<T> start(
            Provider provider, CallOptions options, Duration within, Function<Provider, T> question) {
        FutureTask<T> task = new FutureTask<>(() -> host.call(options.timeout(within), () -> question.apply(provider)));
        Thread.ofVirtual().name("ask-" + provider.instance()).start(task);
        return task;
    }

    private <T> Answer<T> await(Provider provider, FutureTask<T> task, long end, Duration within) {
        try {
            return new Answer.Got<>(provider, task.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return failed(
                    provider,
                    of(provider, ErrorCode.CALL_TIMEOUT, " did not answer within " + within.toSeconds() + " s.")
                            .remedy("Look at its health and log; reload it if it hangs.")
                            .build());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(
                    provider,
                    of(provider, ErrorCode.CALL_CANCELLED, " was not waited for.")
                            .build());
        } catch (ExecutionException e) {
            return failed(
                    provider,
                    e.getCause() instanceof PlugbayException failure
                            ? failure
                            : of(provider, ErrorCode.INTERNAL, " could not be asked: " + e.getCause() + ".")
                                    .build());
        }
    }

    private static PlugbayException.Builder of(Provider provider, ErrorCode code, String rest) {
        return PlugbayException.of(code, "Provider " + provider.instance() + rest)
                .plugin(provider.plugin())
                .instance(provider.instance());
    }

    private static <T> Answer<T> failed(Provider provider, PlugbayException failure) {
        return new Answer.Failed<>(provider, Problem.of(failure), failure);
    }
}
