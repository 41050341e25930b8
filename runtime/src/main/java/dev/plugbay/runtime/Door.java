package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Registration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What callers wait at, within their deadline, while a generation hands over. It is closed by {@link TargetRef#close}, and opened once: back to the old generation,
 * or on to the new one. Who waits holds no lock and no lease, and is woken by the opening, its deadline, a cancellation or an interrupt.
 *
 * <p>Shared: {@code sealed} and {@code state}, written by the thread that hands over, and the set of waiters. <b>Why no call changes the old generation after its state was
 * saved:</b> the closing writes the leases' door and then the reference; both come before {@link #seal}, which writes {@code sealed} and then reads every slot for
 * changing calls once. All of these, and the slots, are sequentially consistent. A call counts itself on a slot and then looks, so
 * <ul>
 * <li>one that comes by the reference, or directly, either was counted before the slots were read, or sees the door and counts itself out again;
 * <li>one that passes because it is made inside a call that has not ended is counted on that call's slot, which is not 0 until both have ended: a slot that was
 *     seen at 0 has no such call, and never gets one again;
 * <li>one that passes as the generation's own work - a timer or an event from before the pause, a thread of its own - counts itself and then looks at {@code sealed}:
 *     either the reading sees it, or it sees the seal and counts itself out.
 * </ul>
 * So when one reading finds every slot at 0, nobody is inside and nobody gets in before the door is opened. Calls that only read are counted on other slots, pass at
 * any time, and are waited for when the generation is unloaded.
 */
final class Door {
    private final TargetRef.Binding behind;
    private final CallTarget target;
    private final Leases leases;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private volatile boolean sealed;
    private volatile State state = State.CLOSED;

    private enum State {
        CLOSED,
        BACK,
        ON
    }

    /** One who waits; woken by an unpark after any change. */
    private static final class Waiter {
        private final Thread thread = Thread.currentThread();
        private volatile boolean cancelled;

        private void cancel() {
            cancelled = true;
            LockSupport.unpark(thread);
        }
    }

    /** A door before the generation that {@code behind} leads to. */
    Door(TargetRef.Binding behind) {
        this.behind = behind;
        this.target = behind.required();
        this.leases = target.leases();
    }

    /** The way to the generation that hands over. */
    TargetRef.Binding behind() {
        return behind;
    }

    /** Whether the generation was replaced. */
    boolean replaced() {
        return state == State.ON;
    }

    /** How many wait. */
    int waiting() {
        return waiters.size();
    }

    // --- for callers -----------------------------------------------------------------------------------------------

    /** A lease for a call on this behalf, on {@code slot} or another; -1 when it has to wait. */
    int pass(Behalf behalf, int slot) {
        boolean own = false;
        for (Behalf one = behalf; ; ) {
            own |= isOwn(one);
            ActiveCall call = one.call();
            if (call == null) {
                break;
            }
            if (call.retain(leases)) {
                return call.slot;
            }
            one = call.behalf();
        }
        if (own) {
            leases.count(slot);
            if (!sealed && state == State.CLOSED) {
                return slot;
            }
            leases.release(slot);
        }
        return -1;
    }

    /** Waits until it makes sense to try again. Fails when the deadline passes or the call is cancelled, and at once in a hook that would wait for itself. */
    void await(CallOrigin origin, @Nullable CallContext bound, MethodInfo method) {
        boolean own = refuseHooks(origin.behalf(), method);
        Waiter waiter = new Waiter();
        waiters.add(waiter);
        Registration cancellation = bound == null ? () -> {} : bound.onCancel(waiter::cancel);
        try {
            while (state == State.CLOSED && (sealed || !own)) {
                long left = origin.deadline() == null
                        ? Long.MAX_VALUE
                        : origin.left().toNanos();
                if (left <= 0) {
                    throw failure(ErrorCode.CALL_TIMEOUT, method);
                }
                if (waiter.cancelled) {
                    boolean late = bound instanceof ActiveCall outer && outer.cancelledBy() == ErrorCode.CALL_TIMEOUT;
                    throw failure(late ? ErrorCode.CALL_TIMEOUT : ErrorCode.CALL_CANCELLED, method);
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw failure(ErrorCode.CALL_CANCELLED, method); // the flag stays: it is not ours
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            cancellation.close();
            waiters.remove(waiter);
        }
    }

    private boolean isOwn(Behalf one) {
        OwnWork own = one.own();
        return own != null && own.leases() == leases && !own.hook();
    }

    /** Whether it is the generation's own work. */
    private boolean refuseHooks(Behalf behalf, MethodInfo method) {
        boolean own = false;
        for (Behalf one = behalf; ; ) {
            own |= isOwn(one);
            OwnWork work = one.own();
            if (work != null && work.hook() && work.instance().equals(target.instance())) {
                throw builder(
                                ErrorCode.BUSY,
                                "A hook of \"" + target.instance() + "\" called " + method.label()
                                        + " of its own plugin while it hands over, and would wait for itself")
                        .retryable(false)
                        .remedy("Do not call back into the plugin from a hook.")
                        .build();
            }
            ActiveCall call = one.call();
            if (call == null) {
                return own;
            }
            one = call.behalf();
        }
    }

    private PlugbayException failure(ErrorCode code, MethodInfo method) {
        String what = code == ErrorCode.CALL_TIMEOUT ? " passed its deadline" : " was cancelled";
        return builder(
                        code,
                        method.label() + " on \"" + target.instance() + "\"" + what
                                + " while it waited for a reload to hand over")
                .build();
    }

    private PlugbayException.Builder builder(ErrorCode code, String text) {
        return PlugbayException.of(code, text)
                .plugin(target.plugin())
                .instance(target.instance())
                .generation(target.generation());
    }

    // --- for the one who hands over ----------------------------------------------------------------------------------

    /** Lets nobody in any more but those on behalf of who is inside; {@code false}, and no seal, if somebody is inside or {@code quiet} says no. */
    boolean seal(BooleanSupplier quiet) {
        sealed = true;
        if (leases.settled() && quiet.getAsBoolean()) {
            return true;
        }
        sealed = false;
        wake();
        return false;
    }

    /** Lets everybody go back to the old generation. */
    void back() {
        state = State.BACK;
        wake();
    }

    /** Lets everybody go on to the new one. */
    void on() {
        state = State.ON;
        wake();
    }

    private void wake() {
        waiters.forEach(waiter -> LockSupport.unpark(waiter.thread));
    }
}
