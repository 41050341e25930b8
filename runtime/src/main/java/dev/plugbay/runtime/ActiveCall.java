package dev.plugbay.runtime;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that is inside a generation: the frame of its guard, and the context that the plugin sees.
 *
 * <p>Shared by the call's thread, its cancellers and whoever keeps the context. What a canceller touches is guarded by this object's monitor, and no plugin or host
 * code runs under it. {@code end} takes the same monitor, and after it nothing interrupts the thread: an interrupt either landed before, and {@code end} clears it,
 * or is never sent; see {@link Interrupts}. An ended call refers to no thread and to nothing of a plugin, since a
 * plugin may keep its context for ever; what it keeps is on whose {@link Behalf} it was made.
 */
final class ActiveCall implements CallContext {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveCall.class);

    final Leases leases;
    final int slot;
    private final CallServices services;
    private final String what;
    private final boolean longRunning;
    private final String instance;
    private final String caller;
    private final @Nullable Deadline deadline;
    private final Behalf behalf;
    private final long since = System.currentTimeMillis();
    private final int hash;
    private @Nullable String traceId;

    // Only for the call's own thread.
    @Nullable
    CallTarget target;

    @Nullable
    Object extension;

    @Nullable
    CallContext before;

    @Nullable
    ClassLoader loaderBefore;

    // Guarded by this object's monitor; volatile where others look without it.
    private volatile @Nullable Thread thread;
    private volatile @Nullable ErrorCode cancelledBy;
    private boolean wantsInterrupt;
    private boolean awaitsInterrupt;
    private int inHost;
    private boolean ended;
    private @Nullable List<Runnable> actions;
    private @Nullable List<ActiveCall> nested;
    private @Nullable List<Loan> loans;
    private @Nullable ActiveCall outer;
    private Interrupts interrupts = Interrupts.NONE;
    private @Nullable Registration outerCancellation;
    private @Nullable Future<?> deadlineTask;
    private @Nullable Future<?> interruptTask;

    ActiveCall(
            CallServices services,
            CallTarget target,
            Leases leases,
            int slot,
            MethodInfo method,
            Thread thread,
            CallOrigin origin) {
        this.services = services;
        this.target = target;
        this.leases = leases;
        this.slot = slot;
        this.what = method.label();
        this.longRunning = method.longRunning();
        this.instance = target.instance();
        this.thread = thread;
        this.caller = origin.caller();
        this.deadline = origin.deadline();
        this.behalf = origin.behalf();
        this.traceId = origin.traceId();
        this.hash = (int) (thread.threadId() * 0x9E3779B9L) + (int) since;
    }

    // --- what the plugin sees ------------------------------------------------------------------------------------

    @Override
    public Optional<Instant> deadline() {
        return Optional.ofNullable(deadline).map(Deadline::at);
    }

    @Override
    public boolean cancelled() {
        return cancelledBy != null;
    }

    @Override
    public void throwIfCancelled() {
        ErrorCode code = cancelledBy;
        if (code != null) {
            throw new PluginException(
                    code, what + (code == ErrorCode.CALL_TIMEOUT ? " passed its deadline" : " was cancelled"));
        }
    }

    @Override
    public Registration onCancel(Runnable action) {
        synchronized (this) {
            if (ended) {
                return () -> {};
            }
            if (cancelledBy == null) {
                if (actions == null) {
                    actions = new ArrayList<>(2);
                }
                actions.add(action);
                return () -> forget(action);
            }
        }
        action.run();
        return () -> {};
    }

    @Override
    public String caller() {
        return caller;
    }

    @Override
    public synchronized String traceId() {
        String id = traceId;
        if (id == null) {
            id = String.format("%08x", ThreadLocalRandom.current().nextInt());
            traceId = id;
        }
        return id;
    }

    // --- what the host sees --------------------------------------------------------------------------------------

    CallServices services() {
        return services;
    }

    String what() {
        return what;
    }

    String instance() {
        return instance;
    }

    boolean longRunning() {
        return longRunning;
    }

    boolean readOnly() {
        return Leases.reading(slot);
    }

    /** When it must have ended. */
    @Nullable
    Deadline limit() {
        return deadline;
    }

    /** On whose behalf it was made. */
    Behalf behalf() {
        return behalf;
    }

    /** Whether it has not ended. */
    boolean inside() {
        return thread != null;
    }

    /** Whether it is inside {@code wanted} and may change something; then {@link #slot} was counted once more. */
    boolean retain(Leases wanted) {
        if (leases != wanted || readOnly()) {
            return false;
        }
        synchronized (this) {
            if (!ended) {
                leases.retain(slot); // not ended, so the call's own lease is still held
            }
            return !ended;
        }
    }

    @Nullable
    ErrorCode cancelledBy() {
        return cancelledBy;
    }

    /** The target, for the call's own thread while it is inside. */
    CallTarget requiredTarget() {
        CallTarget found = target;
        if (found == null) {
            throw new IllegalStateException("the call has ended");
        }
        return found;
    }

    /** How it stands, while it is inside. */
    Optional<CallSnapshot> snapshot() {
        Thread running = thread;
        return running == null
                ? Optional.empty()
                : Optional.of(new CallSnapshot(
                        what,
                        running.getName(),
                        Instant.ofEpochMilli(since),
                        longRunning,
                        cancelled(),
                        Arrays.asList(running.getStackTrace())));
    }

    // --- cancelling ----------------------------------------------------------------------------------------------

    /** Cancels it and what it called; at most once. Returns at once: actions run aside, the interrupt comes after the grace. */
    void cancel(ErrorCode reason) {
        List<Runnable> toRun = List.of();
        List<ActiveCall> inner = List.of();
        CallTarget inside = null;
        CallContext work = null;
        synchronized (this) {
            if (ended || cancelledBy != null) {
                return;
            }
            cancelledBy = reason;
            if (actions != null) {
                toRun = actions;
                actions = null;
                inside = target;
                work = inside == null ? null : WorkFor.of(null, Behalf.of(this).and(OwnWork.of(inside)));
                leases.retain(slot); // not ended, so the call's own lease is still held
            }
            if (nested != null) {
                inner = List.copyOf(nested);
            }
            interruptTask = services.laterUnlessClosed(services.cancelGrace(), this::interrupt);
        }
        inner.forEach(call -> call.cancel(reason));
        if (inside != null) {
            runAside(toRun, inside.loader(), work);
        }
    }

    /** Runs them as work of the generation's own: they hold a lease on it, and must not wait at its door. */
    private void runAside(List<Runnable> toRun, ClassLoader loader, @Nullable CallContext work) {
        services.aside("plugbay-cancel " + instance, () -> {
            Thread.currentThread().setContextClassLoader(loader);
            CurrentCall.bind(work);
            try {
                for (Runnable action : toRun) {
                    try {
                        action.run();
                    } catch (Throwable failure) { // must not keep the other actions from running
                        LOG.debug("an onCancel action of {} failed: {}", this, Failures.describe(failure));
                    }
                }
            } finally {
                CurrentCall.bind(null);
                Thread.currentThread().setContextClassLoader(null);
                leases.release(slot);
            }
        });
    }

    private synchronized void interrupt() {
        if (ended) {
            return;
        }
        if (inHost > 0) {
            awaitsInterrupt = true;
        } else {
            wantsInterrupt = true;
            interrupts.send();
        }
    }

    // --- the call's own thread -----------------------------------------------------------------------------------

    /** Ties it to what the thread worked for before, and starts the clock. */
    void begin(CallOrigin origin) {
        ActiveCall parent = origin.outer();
        synchronized (this) {
            Thread own = Thread.currentThread();
            Interrupts shared = parent == null ? null : parent.interruptsOf(own);
            interrupts = shared == null ? new Interrupts(own) : shared;
            outer = parent;
        }
        if (parent != null) {
            parent.adopt(this);
        }
        outerCancellation = origin.link(this);
        if (deadline != null) {
            deadlineTask = services.later(origin.left(), () -> cancel(ErrorCode.CALL_TIMEOUT));
        }
    }

    /** Something lent that ends with this call. */
    synchronized void lend(Loan loan) {
        if (loans == null) {
            loans = new ArrayList<>(2);
        }
        loans.add(loan);
    }

    /** What was lent, for one who holds the lease on. */
    synchronized List<Loan> passOnLoans() {
        List<Loan> all = loans == null ? List.of() : loans;
        loans = null;
        return all;
    }

    /** Leaves for host code that the plugin calls, where no interrupt of ours may land. */
    synchronized void leaveForHost() {
        if (!onOwnThread()) {
            return;
        }
        inHost++;
        if (wantsInterrupt) {
            wantsInterrupt = false;
            awaitsInterrupt = interrupts.takeBack();
        }
    }

    /** Comes back from host code. */
    synchronized void backInPlugin() {
        if (!onOwnThread() || inHost == 0 || --inHost > 0 || !awaitsInterrupt) {
            return;
        }
        awaitsInterrupt = false;
        wantsInterrupt = true;
        interrupts.send();
    }

    /** The last thing before the lease is given back; what it was cancelled by, if it was. */
    @Nullable
    ErrorCode end() {
        ActiveCall parent;
        synchronized (this) {
            ended = true;
            parent = outer;
            thread = null;
            outer = null;
            actions = null;
            nested = null;
            if (loans != null) {
                loans.forEach(Loan::end);
                loans = null;
            }
            target = null;
            extension = null;
            before = null;
            loaderBefore = null;
            if (wantsInterrupt) {
                interrupts.takeBack();
            }
            interrupts = Interrupts.NONE;
        }
        if (parent != null) {
            parent.release(this);
        }
        if (outerCancellation != null) {
            outerCancellation.close();
        }
        if (deadlineTask != null) {
            deadlineTask.cancel(false);
        }
        Future<?> pending = interruptTask;
        if (pending != null) {
            pending.cancel(false);
        }
        return cancelledBy;
    }

    private boolean onOwnThread() {
        return onOwnThread(Thread.currentThread());
    }

    private boolean onOwnThread(Thread other) {
        Thread own = thread;
        return own != null && own.threadId() == other.threadId();
    }

    private synchronized @Nullable Interrupts interruptsOf(Thread own) {
        return ended || !onOwnThread(own) ? null : interrupts;
    }

    private void adopt(ActiveCall call) {
        ErrorCode reason;
        synchronized (this) {
            if (!ended) {
                if (nested == null) {
                    nested = new ArrayList<>(2);
                }
                nested.add(call);
            }
            reason = cancelledBy;
        }
        if (reason != null) {
            call.cancel(reason);
        }
    }

    private synchronized void release(ActiveCall call) {
        if (nested != null) {
            nested.remove(call);
        }
    }

    private synchronized void forget(Runnable action) {
        if (actions != null) {
            actions.remove(action);
        }
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public String toString() {
        return what + " on " + instance;
    }
}
