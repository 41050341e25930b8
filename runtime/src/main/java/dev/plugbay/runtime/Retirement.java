package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a generation: drain, stop, close its scope, close its loader, and hand over to the watch that finds the verdict.
 *
 * <p>Runs on a thread of its own, one for each generation; it is the only one that touches the generation's life then, and keeps nothing of it
 * when it ends.
 */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    /** Why a generation ends. */
    enum Why {
        /** It never served. */
        REFUSED,
        /** Another took over from it. */
        REPLACED,
        /** It served, and none takes over: what it knows is saved for the next start. */
        WITHDRAWN
    }

    private final HostServices host;

    Retirement(HostServices host) {
        this.host = host;
    }

    /**
     * Takes a withdrawn generation to its end; returns when its loader is closed.
     *
     * @param why why it ends
     * @param cancelRunning whether running calls are cancelled at once, long ones too
     * @param hurry says when calls are waited for no longer
     * @param saving told when it has saved what it knows, or why it has not
     */
    void run(Generation generation, Why why, boolean cancelRunning, Hurry hurry, Saving saving)
            throws InterruptedException {
        boolean published = why != Why.REFUSED;
        VerdictWatch.Entry entry = host.verdicts()
                .begin(generation.plugin(), generation.instance(), generation.generation(), generation.version());
        if (published) {
            event("plugin.draining", generation, Map.of("calls", generation.runningCalls()));
            drain(generation, entry, cancelRunning, hurry);
        }
        generation.leases().close();
        // One that came directly may have been let in between the last look and the close.
        await(generation, entry, host.settings().get().cancelGrace(), hurry);
        if (why == Why.WITHDRAWN) {
            saving.begin();
            save(generation).ifPresent(failure -> saving.failed(generation, failure));
        }
        saving.end();
        release(generation);
        generation.stop();
        generation.closeScope();
        // A call that ignored its cancellation keeps its classes until it ends, however long that takes.
        while (!await(generation, entry, LOOK_AGAIN, hurry)) {
            generation.leases().cancel(false);
        }
        entry.waitsFor(List.of());
        Map<Long, String> births = generation.survivors();
        Optional<UnloadVerdict.Holder> hung = generation.hung();
        generation.leases().sever();
        generation.closeLoader();
        host.hooks().renew();
        if (published) {
            event("plugin.unloaded", generation, Map.of("version", generation.version()));
        }
        host.verdicts().watch(entry, generation.loader(), births, hung);
    }

    /** Keeps the state for the next start; why not, if that fails: what is kept already stays then. */
    private Optional<PlugbayException> save(Generation generation) {
        if (!generation.keepsState()) {
            return Optional.empty();
        }
        Duration limit = host.settings().get().hookTimeout();
        try {
            generation.stateHookHung().ifPresent(hung -> {
                throw new PlugbayException(ErrorCode.HOOK_TIMEOUT, "A hook hangs: " + hung.name() + ".");
            });
            host.states().keep(generation, generation.saveState(limit), limit);
            return Optional.empty();
        } catch (PlugbayException failure) {
            LOG.error("The state of {} was not saved: {}", generation, failure.detail());
            event(
                    "plugin.failed",
                    generation,
                    Map.of(
                            "code",
                            failure.code().id(),
                            "detail",
                            "The state was not saved, and the one kept before stays. " + failure.detail()));
            return Optional.of(failure);
        }
    }

    private void release(Generation generation) {
        if (generation.stateHookHung().isPresent()) {
            LOG.warn("{} is not asked to release what it had acquired, because a hook of it hangs", generation);
            return;
        }
        try {
            generation.release(host.settings().get().hookTimeout());
        } catch (PlugbayException failure) {
            LOG.warn("{} did not release what it had acquired: {}", generation, failure.detail());
        }
    }

    /** Ordinary calls get a deadline, then are cancelled, then abandoned; long ones are waited for unless they are cancelled too. */
    private void drain(Generation generation, VerdictWatch.Entry entry, boolean cancelRunning, Hurry hurry)
            throws InterruptedException {
        HostSettings settings = host.settings().get();
        Leases leases = generation.leases();
        if (cancelRunning) {
            leases.cancel(true);
        } else if (!await(generation, entry, settings.drain(), hurry)) {
            leases.cancel(false);
        }
        // Those that answer a cancellation do so within the grace and shortly after the interrupt that follows it.
        await(generation, entry, settings.cancelGrace().multipliedBy(2).plusSeconds(1), hurry);
        while (!hurry.over() && leases.anyLong()) {
            if (await(generation, entry, LOOK_AGAIN, hurry)) {
                break;
            }
        }
    }

    /** Waits until nobody is inside, no longer than there is time, and keeps what it waits for readable. */
    private static boolean await(Generation generation, VerdictWatch.Entry entry, Duration limit, Hurry hurry)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            long left = end - System.nanoTime();
            Duration slice = Duration.ofNanos(Math.clamp(left, 0, LOOK_AGAIN.toNanos()));
            if (generation.leases().awaitIdle(slice)) {
                return true;
            }
            entry.waitsFor(generation.runningCalls());
            if (left <= 0 || hurry.over()) {
                return false;
            }
        }
    }

    private void event(String type, Generation generation, Map<String, Object> data) {
        host.events()
                .publish(new HostEvent(
                        type,
                        host.clock().instant(),
                        Optional.of(generation.plugin()),
                        Optional.of(generation.instance()),
                        OptionalInt.of(generation.generation()),
                        new HashMap<>(data)));
    }
}
