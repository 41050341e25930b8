package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Who is inside one generation.
 *
 * <p>Shared: striped counters, written by every thread that enters or leaves. A thread enters through a {@link TargetRef}: it reads the reference, counts itself on
 * its stripe, and reads the reference again; if that changed it counts itself out and starts over. The reloader writes the reference first and reads the
 * counters after it. Counter and reference are sequentially consistent, so either the reloader sees the count, or the thread sees the new reference; a stripe
 * that was seen at 0 after the write never again holds a call. Entries that do not come by the reference (child handles, hooks, timers) look at
 * {@code closed} and {@code door} in its place: {@link #close} is written before {@link #idle} is asked, {@link #door(Door)} before {@link #settled}.
 *
 * <p>A stripe has two slots: one for calls that may change something, one for those that only read, which a {@link Door} does not wait for. A lease is given back on
 * the slot where it was taken, by whichever thread ends it, and a holder takes further ones ({@link #retain}) on its own slot: so no lease moves behind the
 * back of a pass over the slots.
 */
final class Leases {
    private static final int STRIPES = stripes();
    private static final int PAD = 4; // 16 longs, two cache lines

    private final Set<ActiveCall> calls = ConcurrentHashMap.newKeySet();
    private final Set<Hold> holds = ConcurrentHashMap.newKeySet();
    private final List<WeakReference<ChildRef>> children = new ArrayList<>(); // guarded by itself
    private volatile @Nullable AtomicLongArray
            counters; // made by the first call: most of a thousand plugins are never called
    private volatile boolean closed;
    private volatile @Nullable Door door;
    private volatile Cancel cancel = Cancel.NONE;

    private enum Cancel {
        NONE,
        ORDINARY,
        ALL
    }

    /** The slot that a thread takes leases on. */
    static int slot(Thread thread, boolean readOnly) {
        return ((int) thread.threadId() & (STRIPES - 1)) << PAD | (readOnly ? 1 : 0);
    }

    /** Whether a slot is for calls that change nothing. */
    static boolean reading(int slot) {
        return (slot & 1) != 0;
    }

    /** Counts a call in, whatever the state; the caller then makes sure that it may stay. */
    void count(int slot) {
        AtomicLongArray array = counters;
        if (array == null) {
            array = makeCounters();
        }
        array.getAndIncrement(slot);
    }

    /** Gives a lease back. */
    void release(int slot) {
        AtomicLongArray array = counters;
        if (array == null || array.getAndDecrement(slot) <= 0) {
            throw new IllegalStateException("a lease was given back twice");
        }
    }

    /** A further lease for one who holds one on this slot; never refused. */
    void retain(int slot) {
        count(slot);
    }

    /** A lease without the reference; {@code false} when closed, or when there is a door and it is not only for reading. */
    boolean enter(int slot) {
        count(slot);
        if (closed || (door != null && !reading(slot))) {
            release(slot);
            return false;
        }
        return true;
    }

    /** From now on those who change something come in by this door; {@code null} when there is none any more. */
    void door(@Nullable Door next) {
        door = next;
    }

    @Nullable
    Door door() {
        return door;
    }

    /** From now on only those who are inside go on; hooks still get in. */
    void close() {
        closed = true;
    }

    boolean closed() {
        return closed;
    }

    /** Whether nobody is inside. Says something lasting only after a publish or clear of the reference and {@link #close}. */
    boolean idle() {
        AtomicLongArray array = counters;
        if (array == null) {
            return true;
        }
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            if (array.get(stripe << PAD) != 0 || array.get(stripe << PAD | 1) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether nobody is inside who may change something. Says something lasting only under a sealed {@link Door}. */
    boolean settled() {
        AtomicLongArray array = counters;
        if (array == null) {
            return true;
        }
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            if (array.get(stripe << PAD) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Waits until {@link #idle}; {@code false} when the time is over first. */
    boolean awaitIdle(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        long pause = TimeUnit.MICROSECONDS.toNanos(20);
        while (!idle()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, Math.min(left, pause));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            pause = Math.min(pause * 2, TimeUnit.MILLISECONDS.toNanos(5));
        }
        return true;
    }

    /** Cancels every call that is inside, and those that are about to be; long-running ones only if {@code longRunningToo}. */
    void cancel(boolean longRunningToo) {
        if (longRunningToo || cancel == Cancel.NONE) {
            cancel = longRunningToo ? Cancel.ALL : Cancel.ORDINARY;
        }
        for (ActiveCall call : calls) {
            cancelIfMeant(call);
        }
    }

    /** Cancels the calls that are inside now and may change something, long ones too; those that come later are not meant. */
    void cancelOnce() {
        for (ActiveCall call : calls) {
            if (!call.readOnly()) {
                call.cancel(ErrorCode.CALL_CANCELLED);
            }
        }
    }

    /** Whether there are {@link #longRunning} ones. */
    boolean anyLongRunning() {
        return calls.stream().anyMatch(call -> call.longRunning() && !call.readOnly())
                || holds.stream().anyMatch(Hold::longRunning);
    }

    /** Whether a long-running call is inside, one that only reads too, or what such a call left open: all that an unloading waits for as long as it lasts. */
    boolean anyLong() {
        return calls.stream().anyMatch(ActiveCall::longRunning)
                || holds.stream().anyMatch(Hold::lasts);
    }

    /** The long-running calls that may change something, and what such calls left open. */
    List<CallSnapshot> longRunning() {
        List<CallSnapshot> all = new ArrayList<>();
        for (ActiveCall call : calls) {
            if (call.longRunning() && !call.readOnly()) {
                call.snapshot().ifPresent(all::add);
            }
        }
        for (Hold hold : holds) {
            if (hold.longRunning()) {
                all.add(hold.snapshot());
            }
        }
        return List.copyOf(all);
    }

    /** What is inside now, as text. */
    List<CallSnapshot> snapshot() {
        List<CallSnapshot> all = new ArrayList<>();
        for (ActiveCall call : calls) {
            call.snapshot().ifPresent(all::add);
        }
        for (Hold hold : holds) {
            all.add(hold.snapshot());
        }
        return List.copyOf(all);
    }

    /** Whether only long-running calls and what they left open are inside. */
    boolean onlyLongRunning() {
        return calls.stream().allMatch(ActiveCall::longRunning);
    }

    void add(ActiveCall call) {
        calls.add(call);
        if (cancel != Cancel.NONE) {
            cancelIfMeant(call);
        }
    }

    void remove(ActiveCall call) {
        calls.remove(call);
    }

    void add(Hold hold) {
        holds.add(hold);
    }

    void remove(Hold hold) {
        holds.remove(hold);
    }

    /** Remembers an object that the host reaches through a child handle, to be cut off by {@link #sever}. */
    void add(ChildRef child) {
        synchronized (children) {
            if (children.size() > 64 && (children.size() & (children.size() - 1)) == 0) {
                children.removeIf(known -> known.get() == null);
            }
            children.add(new WeakReference<>(child));
        }
    }

    /** Lets go of every plugin object that child handles refer to; for after the last call, when the loader is closed. */
    void sever() {
        close();
        door = null; // leads to the generation; who comes directly looks at closed first
        synchronized (children) {
            for (WeakReference<ChildRef> child : children) {
                ChildRef ref = child.get();
                if (ref != null) {
                    ref.sever();
                }
            }
            children.clear();
        }
    }

    private void cancelIfMeant(ActiveCall call) {
        if (cancel == Cancel.ALL || !call.longRunning()) {
            call.cancel(ErrorCode.CALL_CANCELLED);
        }
    }

    private synchronized AtomicLongArray makeCounters() {
        AtomicLongArray array = counters;
        if (array == null) {
            array = new AtomicLongArray(STRIPES << PAD);
            counters = array;
        }
        return array;
    }

    private static int stripes() {
        int wanted = Math.clamp(Runtime.getRuntime().availableProcessors() * 2L, 4, 64);
        return Integer.highestOneBit(wanted);
    }
}
