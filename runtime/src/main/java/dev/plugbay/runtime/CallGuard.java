package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Every way into a plugin: takes a lease, sets context class loader and call context, and on the way out puts both back, shakes hands with cancellers, detaches
 * failures and gives the lease back. Holds nothing itself; what is shared is in {@link TargetRef}, {@link Leases} and {@link ActiveCall}.
 */
final class CallGuard {
    private final CallServices services;

    CallGuard(CallServices services) {
        this.services = services;
    }

    CallServices services() {
        return services;
    }

    // --- for code of the host --------------------------------------------------------------------------------------

    /** Runs plugin code of the current generation: routes, gauges, health. Fails with {@link PlugbayException} only. The result is passed as it is. */
    <R> R run(TargetRef ref, String what, Callable<R> work) {
        Thread thread = Thread.currentThread();
        int stripe = Leases.stripe(thread);
        TargetRef.Binding binding = ref.acquire(stripe);
        CallTarget target = binding.required();
        return inside(target, target.leases(), stripe, MethodInfo.of(what), Optional.empty(), work);
    }

    /** As {@link #run(TargetRef, String, Callable)}, of this very generation; refused when its leases are closed. */
    <R> R run(CallTarget target, String what, Optional<Duration> timeout, Callable<R> work) {
        int stripe = enterDirectly(target);
        return inside(target, target.leases(), stripe, MethodInfo.of(what), timeout, work);
    }

    /** As {@link #run(CallTarget, String, Optional, Callable)}, but let in even when the leases are closed: for {@code stop} and other hooks. */
    <R> R hook(CallTarget target, String what, Optional<Duration> timeout, Callable<R> work) {
        int stripe = Leases.stripe(Thread.currentThread());
        target.leases().count(stripe);
        return inside(target, target.leases(), stripe, MethodInfo.of(what), timeout, work);
    }

    /** Runs plugin code for one who holds a lease on {@code stripe}. */
    <R> R runHeld(CallTarget target, Leases leases, int stripe, MethodInfo method, Callable<R> work) {
        leases.retain(stripe);
        return inside(target, leases, stripe, method, Optional.empty(), work);
    }

    private <R> R inside(
            CallTarget target,
            Leases leases,
            int stripe,
            MethodInfo method,
            Optional<Duration> timeout,
            Callable<R> work) {
        ActiveCall call = begin(target, leases, stripe, method, timeout);
        R result;
        try {
            result = work.call();
        } catch (Throwable failure) {
            throw fail(call, failure);
        }
        finish(call);
        return result;
    }

    // --- for generated handles ---------------------------------------------------------------------------------------

    /** Enters the generation that {@code ref} points at. */
    ActiveCall enter(TargetRef ref, int place, String point, String name, MethodInfo method) {
        int stripe = Leases.stripe(Thread.currentThread());
        TargetRef.Binding binding = ref.acquire(stripe);
        CallTarget target = binding.required();
        Leases leases = target.leases();
        Object extension;
        try {
            extension = binding.extension(place, point, name);
        } catch (Throwable failure) {
            leases.release(stripe);
            throw failure;
        }
        ActiveCall call = begin(target, leases, stripe, method, Optional.empty());
        call.extension = extension;
        return call;
    }

    /** Enters the generation that a child handle belongs to. */
    ActiveCall enter(ChildRef child, MethodInfo method) {
        CallTarget target = child.target();
        int stripe = enterDirectly(target);
        Object object;
        try {
            object = child.object();
        } catch (Throwable failure) {
            target.leases().release(stripe);
            throw failure;
        }
        ActiveCall call = begin(target, target.leases(), stripe, method, Optional.empty());
        call.extension = object;
        return call;
    }

    private static int enterDirectly(CallTarget target) {
        int stripe = Leases.stripe(Thread.currentThread());
        if (!target.leases().enter(stripe)) {
            throw TargetRef.unavailable(target.plugin(), target.instance(), "is being unloaded");
        }
        return stripe;
    }

    /** Begins a call whose lease is held already; if this fails, the lease is given back. */
    private ActiveCall begin(
            CallTarget target, Leases leases, int stripe, MethodInfo method, Optional<Duration> timeout) {
        ActiveCall call = null;
        try {
            Thread thread = Thread.currentThread();
            CallContext before = CurrentCall.bound();
            CallOrigin origin = CallOrigin.of(before).within(timeout);
            call = new ActiveCall(services, target, leases, stripe, method, thread, origin);
            call.before = before;
            call.loaderBefore = thread.getContextClassLoader();
            leases.add(call);
            call.begin(origin);
            CurrentCall.bind(call);
            thread.setContextClassLoader(target.loader());
        } catch (Throwable failure) {
            if (call == null) {
                leases.release(stripe);
            } else {
                exit(call);
            }
            throw failure;
        }
        if (call.cancelledBy() != null) {
            throw late(call, target, exit(call));
        }
        return call;
    }

    /** Leaves; what the call was cancelled by, if it was. */
    @Nullable
    ErrorCode exit(ActiveCall call) {
        Thread.currentThread().setContextClassLoader(call.loaderBefore);
        CurrentCall.bind(call.before);
        try {
            return call.end();
        } finally {
            call.leases.remove(call);
            call.leases.release(call.stripe);
        }
    }

    /** Leaves after a return; a return after the deadline is a failure, one after any other cancel has won the race. */
    void finish(ActiveCall call) {
        CallTarget target = call.requiredTarget();
        ErrorCode cancelled = exit(call);
        if (cancelled == ErrorCode.CALL_TIMEOUT) {
            throw late(call, target, cancelled);
        }
    }

    /** Leaves after a failure, and answers with what the caller gets. */
    PlugbayException fail(ActiveCall call, Throwable failure) {
        CallTarget target = call.requiredTarget();
        try {
            return Failures.detach(failure, target, call.what(), call.cancelledBy());
        } finally {
            exit(call);
            if (failure instanceof InterruptedException && call.cancelledBy() == null) {
                Thread.currentThread().interrupt(); // somebody else's; the plugin swallowed it
            }
        }
    }

    static PlugbayException late(ActiveCall call, CallTarget target, @Nullable ErrorCode code) {
        boolean timeout = code == ErrorCode.CALL_TIMEOUT;
        return PlugbayException.of(
                        timeout ? ErrorCode.CALL_TIMEOUT : ErrorCode.CALL_CANCELLED,
                        call.what() + " on \"" + target.instance() + "\""
                                + (timeout ? " passed its deadline" : " was cancelled"))
                .plugin(target.plugin())
                .instance(target.instance())
                .generation(target.generation())
                .build();
    }
}
