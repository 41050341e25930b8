package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A lease that outlives its call, because the call left something open: a stream, a closeable, a stage that is not complete.
 *
 * <p>Shared by the host's threads that use what is open, and by the one that ends it. {@code users} and {@code open} are guarded by this object's monitor; the
 * lease goes when it is not open any more and nobody uses it. It refers to the plugin's object only while it is open.
 */
final class Hold {
    private final CallGuard guard;
    private final Leases leases;
    private final int slot;
    private final MethodInfo method;
    private final String label;
    private final Failures.Who who;
    private final List<Loan> loans;
    private final Instant since = Instant.now();
    private @Nullable CallTarget target;
    private int users;
    private boolean open = true;

    /** Takes a further lease beside the call's. */
    Hold(CallGuard guard, ActiveCall call, MethodInfo method, String kind) {
        this.guard = guard;
        this.leases = call.leases;
        this.slot = call.slot;
        this.method = method;
        this.label = kind + " from " + method.label();
        this.target = call.requiredTarget();
        this.who = Failures.Who.of(call.requiredTarget());
        this.loans = call.passOnLoans();
        leases.retain(slot);
        leases.add(this);
    }

    CallServices services() {
        return guard.services();
    }

    String label() {
        return label;
    }

    Failures.Who who() {
        return who;
    }

    /** Whether its call was a long-running one. */
    boolean lasts() {
        return method.longRunning();
    }

    /** Whether it may change something and lasts. */
    boolean longRunning() {
        return lasts() && !Leases.reading(slot);
    }

    CallSnapshot snapshot() {
        return new CallSnapshot(label, "", since, method.longRunning(), false, List.of());
    }

    /** Runs plugin code under this lease. */
    <R> R use(String what, Callable<R> work) {
        CallTarget inside;
        synchronized (this) {
            inside = target;
            if (!open || inside == null) {
                throw dev.plugbay.api.PlugbayException.of(ErrorCode.UNAVAILABLE, label + " is closed")
                        .build();
            }
            users++;
        }
        try {
            return guard.runHeld(inside, leases, slot, method.within(what), work);
        } finally {
            boolean last;
            synchronized (this) {
                last = --users == 0 && !open;
            }
            if (last) {
                giveBack();
            }
        }
    }

    /** Ends it; whether this was the first time. */
    boolean end() {
        boolean last;
        synchronized (this) {
            if (!open) {
                return false;
            }
            open = false;
            last = users == 0;
        }
        if (last) {
            giveBack();
        }
        return true;
    }

    private void giveBack() {
        synchronized (this) {
            target = null;
        }
        loans.forEach(Loan::end);
        leases.remove(this);
        leases.release(slot);
    }
}
