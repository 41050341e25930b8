package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a plugin into host code that a call lent it: a listener, a stream. It lasts as long as the call's lease.
 *
 * <p>Shared by the threads on which the plugin calls back; {@code over} is written once by the call's end. Host code runs with the host's context class loader and call
 * context. What it throws never goes through plugin frames as it is, and is rid of the backtrace that refers to them: else whoever keeps it keeps the plugin.
 */
final class Loan {
    private final CallServices services;
    private final ActiveCall call;
    private final @Nullable ClassLoader loader;
    private final @Nullable CallContext context;
    private final String instance;
    private volatile boolean over;

    Loan(ActiveCall call, CallServices services) {
        this.services = services;
        this.call = call;
        this.loader = call.loaderBefore;
        this.context = call.before;
        this.instance = call.instance();
        call.lend(this);
    }

    void end() {
        over = true;
    }

    /** Runs host code. Fails with {@link PlugbayException} only. */
    <R> R use(String what, Callable<R> work) {
        if (over) {
            throw PlugbayException.of(
                            ErrorCode.UNAVAILABLE, what + " was lent to a call of \"" + instance + "\" that has ended")
                    .instance(instance)
                    .build();
        }
        Thread thread = Thread.currentThread();
        ClassLoader loaderBefore = thread.getContextClassLoader();
        call.leaveForHost();
        CallContext before = CurrentCall.bind(WorkFor.of(context, Behalf.of(call)));
        thread.setContextClassLoader(loader);
        try {
            return work.call();
        } catch (Throwable failure) {
            Backtraces.clean(failure, services);
            throw Failures.ofHost(failure, what);
        } finally {
            thread.setContextClassLoader(loaderBefore);
            CurrentCall.bind(before);
            call.backInPlugin();
        }
    }
}
