package dev.plugbay.runtime;

import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.SavedState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets a generation that is ready take over from the one that serves, where the two must not serve side by side: closes the door, pauses timers and events, waits until
 * nobody is inside, saves, releases, restores, acquires, keeps the state, publishes, opens. If any step fails, or all of them take longer than {@code plugins.handoverGap}, the
 * old generation goes on with what it has in memory, and nobody ever got into the new one.
 *
 * <p>Runs within one operation of the instance, on its thread. One door is closed at a time in a host: who waits for the turn holds none, so no two handovers
 * wait for each other's callers. No step waits without a limit, plugin code is called on hook threads, and no lock is held meanwhile. Why no call is lost
 * or counted twice is told in {@link Door}, why no event is in {@link EventHub}.
 */
final class Handover {
    private static final int TURNS_WAITED_FOR = 6;
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    private final HostServices host;
    private final TargetRef ref;
    private final Generation old;
    private final Generation fresh;
    private final boolean force;
    private final Duration gap;
    private long begun;
    private Optional<SavedState> state = Optional.empty();
    private boolean released;
    private boolean forgotten;

    /**
     * A handover that has not begun.
     *
     * @param force whether calls that run on the old one are cancelled, long ones too
     */
    Handover(HostServices host, TargetRef ref, Generation old, Generation fresh, boolean force) {
        this.host = host;
        this.ref = ref;
        this.old = old;
        this.fresh = fresh;
        this.force = force;
        this.gap = host.settings().get().handoverGap();
    }

    /**
     * Hands over; how long callers had to wait.
     *
     * @param publish publishes the new one, with the step that it is given as the one that callers see
     * @throws PlugbayException why the old one serves on
     */
    Duration run(Consumer<Runnable> publish) {
        requireNoLongCalls(old, force);
        Semaphore turn = host.handovers();
        takeTurn(turn);
        try {
            requireNoLongCalls(old, force); // one may have begun while this waited for its turn
            begun = System.nanoTime();
            Door door = close();
            AtomicBoolean open = new AtomicBoolean();
            try {
                handOver(door);
                left();
                publish.accept(() -> {
                    ref.open(door, fresh);
                    open.set(true);
                });
            } catch (Throwable failure) {
                if (open.get()) {
                    throw failure;
                }
                throw rollBack(door, failure);
            }
            return Duration.ofNanos(System.nanoTime() - begun);
        } finally {
            turn.release();
        }
    }

    private Door close() {
        host.events().between(() -> {
            old.pause();
            fresh.awaitPublish();
        });
        try {
            return ref.close();
        } catch (Throwable failure) {
            host.events().between(old::resume);
            throw failure;
        }
    }

    private void handOver(Door door) {
        drain(door);
        state = old.saveState(limit());
        released = true;
        old.release(limit());
        state.ifPresent(saved -> fresh.restoreState(saved, limit()));
        fresh.acquire(limit());
        if (old.keepsState() || fresh.keepsState()) {
            forgotten = !fresh.keepsState();
            host.states().keep(old, forgotten ? Optional.empty() : state, left());
        }
    }

    private void drain(Door door) {
        long pause = TimeUnit.MICROSECONDS.toNanos(20);
        boolean interrupted = false;
        try {
            while (!door.seal(old::quiet)) {
                if (force) {
                    old.leases().cancelOnce();
                } else {
                    requireNoLongCalls(old, false); // one may have begun just before the door was closed
                }
                if (gap.toNanos() - (System.nanoTime() - begun) <= 0) {
                    List<String> calls = old.runningCalls();
                    throw passed(
                            calls.isEmpty()
                                    ? " while a timer or an event of it was under way."
                                    : " while calls still ran on it: " + String.join("; ", calls));
                }
                LockSupport.parkNanos(this, pause);
                interrupted |= Thread.interrupted();
                pause = Math.min(pause * 2, LONGEST_PAUSE);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Lets the old one go on as if nothing had been; what to tell. */
    private PlugbayException rollBack(Door door, Throwable failure) {
        Optional<PlugbayException> worse = Optional.empty();
        try {
            worse = giveBack();
        } finally {
            try {
                host.events().between(old::resume);
            } finally {
                ref.reopen(door);
            }
        }
        if (forgotten) {
            Optional<PlugbayException> again = keepAgain();
            worse = worse.or(() -> again);
        }
        PlugbayException cause = failure instanceof PlugbayException known
                ? known
                : PlugbayException.of(ErrorCode.INTERNAL, "The handover failed: " + Failures.describe(failure))
                        .plugin(old.plugin())
                        .build();
        return worse.map(further -> joined(cause, further)).orElse(cause);
    }

    /** What the new one would have done without is kept for the old one, as it was saved. */
    private Optional<PlugbayException> keepAgain() {
        try {
            host.states().keep(old, state, host.settings().get().hookTimeout());
            return Optional.empty();
        } catch (PlugbayException failure) {
            return Optional.of(failure);
        }
    }

    private Optional<PlugbayException> giveBack() {
        Duration hook = host.settings().get().hookTimeout();
        Duration each = hook.compareTo(gap) < 0 ? hook : gap; // callers wait all the while
        Optional<PlugbayException> worse = fresh.stateHookHung().isEmpty() ? releaseNew(each) : Optional.empty();
        return released ? acquireAgain(each).or(() -> worse) : worse;
    }

    private Optional<PlugbayException> releaseNew(Duration limit) {
        try {
            fresh.release(limit);
            return Optional.empty();
        } catch (PlugbayException failure) {
            return Optional.of(failure);
        }
    }

    /** Lets the old one take back what it had released; if it cannot, it serves without, and says so. */
    private Optional<PlugbayException> acquireAgain(Duration limit) {
        Optional<UnloadVerdict.Holder> hung = old.stateHookHung();
        ErrorCode code = ErrorCode.HOOK_TIMEOUT;
        String why;
        if (hung.isPresent()) {
            why = "a hook of it hangs: " + hung.get().name() + ".";
        } else {
            try {
                old.acquire(limit);
                return Optional.empty();
            } catch (PlugbayException failure) {
                code = failure.code();
                why = failure.detail();
            }
        }
        String without = "The old generation did not get back what it had released, because " + why;
        old.lacks(without);
        return Optional.of(PlugbayException.of(code, without)
                .remedy("Start it anew: " + Remedies.plugins("stop", old.plugin(), old.instance()) + ", and start.")
                .build());
    }

    private static PlugbayException joined(PlugbayException cause, PlugbayException further) {
        PlugbayException.Builder builder =
                PlugbayException.of(cause.code(), cause.detail() + " And then, on the way back: " + further.detail());
        cause.details().forEach(builder::detail);
        String remedies = Stream.of(further, cause) // what helps the one that serves comes first
                .flatMap(failure -> failure.remedy().stream())
                .distinct()
                .collect(Collectors.joining(" "));
        return (remedies.isEmpty() ? builder : builder.remedy(remedies)).build();
    }

    /** How long a hook may take. */
    private Duration limit() {
        Duration left = left();
        Duration hook = host.settings().get().hookTimeout();
        return hook.compareTo(left) < 0 ? hook : left;
    }

    private Duration left() {
        long left = gap.toNanos() - (System.nanoTime() - begun);
        if (left <= 0) {
            throw passed(".");
        }
        return Duration.ofNanos(left);
    }

    private PlugbayException passed(String how) {
        return PlugbayException.of(
                        ErrorCode.LIMIT_EXCEEDED,
                        "To hand over took longer than the " + Durations.print(gap) + " that callers may wait" + how)
                .plugin(old.plugin())
                .instance(old.instance())
                .generation(old.generation())
                .remedy(
                        "Try again when less runs on it, cancel what runs with --cancel-running, or raise plugins.handoverGap.")
                .build();
    }

    /** Fails while long calls run that may change something: they would keep the door closed for as long as they last. */
    static void requireNoLongCalls(Generation old, boolean force) {
        List<CallSnapshot> running = force ? List.of() : old.leases().longRunning();
        if (!running.isEmpty()) {
            throw PlugbayException.of(
                            ErrorCode.BUSY,
                            old.instance() + " hands over when its long calls have ended; now there "
                                    + (running.size() == 1 ? "is " : "are ")
                                    + String.join(
                                            ", ",
                                            running.stream()
                                                    .map(CallSnapshot::what)
                                                    .toList()) + ".")
                    .plugin(old.plugin())
                    .instance(old.instance())
                    .generation(old.generation())
                    .remedy("Wait for them: a changed file is taken up then. Or cancel them: "
                            + Remedies.plugins("reload", old.plugin(), old.instance()) + " --cancel-running.")
                    .build();
        }
    }

    /** Fails when somebody inside waits for this: the handover would wait for that call. */
    static void requireAskedFromOutside(Generation old) {
        if (Behalf.of(CurrentCall.bound()).instances().contains(old.instance())) {
            throw PlugbayException.of(
                            ErrorCode.BUSY,
                            "A call inside of " + old.instance() + " asked it to hand over, and would wait for itself.")
                    .plugin(old.plugin())
                    .instance(old.instance())
                    .generation(old.generation())
                    .retryable(false)
                    .remedy("Ask when the call has ended, or do not wait for the answer in it.")
                    .build();
        }
    }

    private void takeTurn(Semaphore turn) {
        Duration limit = gap.multipliedBy(TURNS_WAITED_FOR);
        if (!Uninterrupted.get(limit, nanos -> turn.tryAcquire(nanos, TimeUnit.NANOSECONDS))) {
            throw PlugbayException.of(
                            ErrorCode.BUSY,
                            "Other plugins handed over for " + Durations.print(limit) + ", and one does at a time.")
                    .plugin(old.plugin())
                    .instance(old.instance())
                    .remedy("Try again when they are done.")
                    .build();
        }
    }
}
