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
        MethodInfo method = MethodInfo.of(what);
        Way way = way(ref, method);
        return inside(way.binding().required(), method, way.slot(), way.origin(), Optional.empty(), work);
    }

    /** As {@link #run(TargetRef, String, Callable)}, of this very generation; refused when its leases are closed. */
    <R> R run(CallTarget target, MethodInfo method, Optional<Duration> timeout, Callable<R> work) {
        DirectWay way = way(target, method);
        return inside(target, method, way.slot(), way.origin(), timeout, work);
    }

    /** As {@link #run(CallTarget, MethodInfo, Optional, Callable)}, but let in even when the leases are closed: for {@code stop} and other hooks. */
    <R> R hook(CallTarget target, String what, Optional<Duration> timeout, Callable<R> work) {
        int slot = Leases.slot(Thread.currentThread(), false);
        target.leases().count(slot);
        return inside(target, MethodInfo.of(what), slot, null, timeout, work);
    }

    /** Runs plugin code for one who holds a lease on {@code slot}. */
    <R> R runHeld(CallTarget target, Leases leases, int slot, MethodInfo method, Callable<R> work) {
        leases.retain(slot);
        return inside(target, method, slot, null, Optional.empty(), work);
    }

    private <R> R inside(
            CallTarget target,
            MethodInfo method,
            int slot,
            @Nullable CallOrigin origin,
            Optional<Duration> timeout,
            Callable<R> work) {
        ActiveCall call = begin(target, slot, method, origin, timeout);
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
        int slot = Leases.slot(Thread.currentThread(), method.readOnly());
        CallOrigin origin = null;
        TargetRef.Binding binding = ref.acquire(slot);
        if (binding == null) {
            Way way = way(ref, method);
            binding = way.binding();
            slot = way.slot();
            origin = way.origin();
        }
        CallTarget target = binding.required();
        Object extension;
        try {
            extension = binding.extension(place, point, name);
        } catch (Throwable failure) {
            target.leases().release(slot);
            throw failure;
        }
        ActiveCall call = begin(target, slot, method, origin, Optional.empty());
        call.extension = extension;
        return call;
    }

    /** Enters the generation that a child handle belongs to. */
    ActiveCall enter(ChildRef child, MethodInfo method) {
        CallTarget target = child.target();
        DirectWay way = way(target, method);
        Object object;
        try {
            object = child.object();
        } catch (Throwable failure) {
            target.leases().release(way.slot());
            throw failure;
        }
        ActiveCall call = begin(target, way.slot(), method, way.origin(), Optional.empty());
        call.extension = object;
        return call;
    }

    // --- ways in -----------------------------------------------------------------------------------------------------

    /**
     * A way in by the reference: where to, the slot of the lease, and where the call comes from if it came to a closed door - then its deadline began before it waited.
     */
    private record Way(
            TargetRef.Binding binding, int slot, @Nullable CallOrigin origin) {}

    private static Way way(TargetRef ref, MethodInfo method) {
        int slot = Leases.slot(Thread.currentThread(), method.readOnly());
        TargetRef.Binding open = ref.acquire(slot);
        if (open != null) {
            return new Way(open, slot, null);
        }
        CallContext bound = CurrentCall.bound();
        CallOrigin origin = CallOrigin.of(bound);
        TargetRef.Entry entry = ref.acquire(slot, origin, bound, method);
        return new Way(entry.binding(), entry.slot(), origin);
    }

    /** A way in to a generation itself. */
    private record DirectWay(int slot, @Nullable CallOrigin origin) {}

    private static DirectWay way(CallTarget target, MethodInfo method) {
        Leases leases = target.leases();
        int slot = Leases.slot(Thread.currentThread(), method.readOnly());
        CallOrigin origin = null;
        while (!leases.enter(slot)) {
            Door door = leases.door();
            if (leases.closed() || (door != null && door.replaced())) {
                throw TargetRef.unavailable(
                        target.plugin(),
                        target.instance(),
                        leases.closed()
                                ? "is being unloaded"
                                : "was replaced, and with it what this call was meant for");
            }
            if (door != null) {
                CallContext bound = CurrentCall.bound();
                origin = origin == null ? CallOrigin.of(bound) : origin;
                int passed = door.pass(origin.behalf(), slot);
                if (passed >= 0) {
                    return new DirectWay(passed, origin);
                }
                door.await(origin, bound, method);
            }
        }
        return new DirectWay(slot, origin);
    }

    /** Begins a call whose lease is held already; if this fails, the lease is given back. */
    private ActiveCall begin(
            CallTarget target, int slot, MethodInfo method, @Nullable CallOrigin waited, Optional<Duration> timeout) {
        Leases leases = target.leases();
        ActiveCall call = null;
        try {
            Thread thread = Thread.currentThread();
            CallContext before = CurrentCall.bound();
            CallOrigin origin = (waited == null ? CallOrigin.of(before) : waited).within(timeout);
            call = new ActiveCall(services, target, leases, slot, method, thread, origin);
            call.before = before;
            call.loaderBefore = thread.getContextClassLoader();
            leases.add(call);
            call.begin(origin);
            CurrentCall.bind(call);
            thread.setContextClassLoader(target.loader());
        } catch (Throwable failure) {
            if (call == null) {
                leases.release(slot);
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
            call.leases.release(call.slot);
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
