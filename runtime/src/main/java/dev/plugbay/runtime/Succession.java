package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.ReloadMode;
import dev.plugbay.api.SavedState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * Makes the next generation of an instance beside the one that serves, and proves it. What fails is taken to its end like any other
 * generation, and leaves what serves as it was; the caller publishes what succeeded.
 *
 * <p>Used within one operation of the instance at a time.
 */
final class Succession {
    /** The detail that names a hook of the old generation that hangs; a reload that was refused for it is tried again. */
    static final String HANGS = "hangs";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final String plugin;
    private final String instance;
    private final HostServices host;
    private final Isolations isolations;
    private final AtomicInteger numbers;
    private final Runnable changed;
    private final AtomicBoolean waiting = new AtomicBoolean();

    /**
     * The generations of an instance.
     *
     * @param numbers the last generation's number
     * @param changed told when one that failed has ended
     */
    Succession(
            String plugin,
            String instance,
            HostServices host,
            Isolations isolations,
            AtomicInteger numbers,
            Runnable changed) {
        this.plugin = plugin;
        this.instance = instance;
        this.host = host;
        this.isolations = isolations;
        this.numbers = numbers;
        this.changed = changed;
    }

    /** Makes a generation where none serves; at any level of health. */
    Generation first(Artifact wanted, Map<String, Object> config) {
        requireAlone(wanted.manifest());
        Generation fresh = load(wanted, numbers.incrementAndGet(), config);
        try {
            fresh.start();
            takeUp(fresh);
            fresh.askHealth();
            return fresh;
        } catch (Throwable failure) {
            end(fresh);
            throw failure;
        }
    }

    /** What an earlier generation left is taken up by the first; what cannot be taken up stays as it is. */
    private void takeUp(Generation fresh) {
        HostSettings settings = host.settings().get();
        Duration limit = settings.hookTimeout();
        if (!awaitSaved(settings.drain().plus(limit).plus(limit))) {
            throw notAlone();
        }
        Optional<SavedState> kept = host.states().kept(fresh, limit);
        if (kept.isPresent()) {
            try {
                fresh.restoreState(kept.get(), limit);
            } catch (PlugbayException refused) {
                PlugbayException.Builder builder = PlugbayException.of(
                                refused.code(),
                                refused.detail() + " The state that was kept (version "
                                        + kept.get().version() + ") is untouched.")
                        .plugin(plugin)
                        .instance(instance)
                        .generation(fresh.generation());
                refused.details().forEach(builder::detail);
                throw builder.remedy("Use a version that understands it; or give it up, with all data: plugbay "
                                + (instance.equals(plugin) ? "plugins remove " : "instances remove " + plugin + " ")
                                + instance + " --purge.")
                        .build();
            }
        }
        fresh.acquire(limit);
        if (kept.isPresent() && !fresh.keepsState()) {
            host.states().keep(fresh, Optional.empty(), limit); // it said that it does without
        }
    }

    /**
     * Makes the one that follows {@code old} and lets it take over; fails with {@link ErrorCode#RELOAD_ROLLED_BACK} and the cause in its details.
     *
     * @param publish publishes it, with the step that it is given as the one that callers see
     */
    Succeeded replace(
            TargetRef ref,
            Generation old,
            Artifact wanted,
            Map<String, Object> config,
            ReloadOptions options,
            BiConsumer<Generation, Runnable> publish) {
        int number = numbers.incrementAndGet();
        Generation fresh = null;
        try {
            Generation made = load(wanted, number, config);
            fresh = made;
            made.start();
            requireNoWorse(made, old.askHealth(), made.askHealth());
            Duration gap = Duration.ZERO;
            if (handsOver(old, wanted.manifest())) {
                gap = new Handover(host, ref, old, made, options.cancelRunning())
                        .run(step -> publish.accept(made, step));
            } else {
                copyState(old, made);
                publish.accept(made, () -> ref.publish(made));
            }
            return new Succeeded(made, gap);
        } catch (Throwable failure) {
            boolean serves = fresh != null && ref.current().equals(Optional.of(fresh));
            if (fresh != null && !serves) {
                end(fresh);
                lookAgainAfterLongCalls(old);
            }
            if (failure instanceof PlugbayException known && !serves) {
                throw rolledBack(old, wanted, number, known);
            }
            throw failure;
        }
    }

    /**
     * A generation that took over.
     *
     * @param fresh the generation
     * @param gap how long callers had to wait
     */
    record Succeeded(Generation fresh, Duration gap) {}

    /** Where both serve side by side, the new one begins with a copy: what is done in the old one after it was taken stays there. */
    private void copyState(Generation old, Generation fresh) {
        Duration limit = host.settings().get().hookTimeout();
        old.saveState(limit).ifPresent(state -> fresh.restoreState(state, limit));
        fresh.acquire(limit);
    }

    /** Whether one of the two must not serve beside the other. */
    static boolean handsOver(Generation old, Manifest wanted) {
        return old.manifest().reload() == ReloadMode.HANDOVER || wanted.reload() == ReloadMode.HANDOVER;
    }

    private Generation load(Artifact wanted, int number, Map<String, Object> config) {
        Generation loaded = isolations.of(plugin, host.settings().get()).load(wanted, instance, number, config);
        host.events()
                .publish(new HostEvent(
                        "plugin.loaded",
                        host.clock().instant(),
                        Optional.of(plugin),
                        Optional.of(instance),
                        OptionalInt.of(number),
                        Map.of("version", loaded.version())));
        return loaded;
    }

    private void end(Generation failed) {
        host.retirements().begin(host, failed, Retirement.Why.REFUSED, false, changed);
    }

    /** Fails unless a generation may be made beside {@code old}, which is not ended before. */
    void requireRoom(Generation old, Manifest wanted, ReloadOptions options) {
        if (wanted.reload() == ReloadMode.NONE) {
            throw refused(
                    ErrorCode.CONFLICT,
                    old,
                    instance + " " + wanted.version()
                            + " waits for a restart of the host, because its manifest says reload: none.",
                    "Restart the host, or stop and start the plugin.");
        }
        old.stateHookHung().ifPresent(hung -> {
            throw PlugbayException.of(
                            ErrorCode.HOOK_TIMEOUT,
                            instance + " is not reloaded as long as a hook of it hangs that a reload needs: "
                                    + hung.name() + ".")
                    .plugin(plugin)
                    .instance(instance)
                    .generation(old.generation())
                    .detail(HANGS, hung.name())
                    .remedy("Start it anew: " + Remedies.plugins("stop", plugin, instance)
                            + ", and start; its state is then the one that was kept before.")
                    .build();
        });
        if (handsOver(old, wanted)) {
            Handover.requireAskedFromOutside(old);
            lookAgainAfterLongCalls(old);
            Handover.requireNoLongCalls(old, options.cancelRunning());
        }
        long leaked = host.verdicts().leaked(plugin, instance);
        if (leaked >= host.settings().get().maxLeaked()) {
            throw refused(
                    ErrorCode.LEAK_LIMIT_REACHED,
                    old,
                    leaked + " generations of " + instance + " leaked, so no further one is loaded. Held by: "
                            + String.join("; ", host.verdicts().holders(plugin, instance)) + ".",
                    "See who holds them with: " + Remedies.show(plugin, instance) + "; then restart the host.");
        }
        long draining = waitForTheOld();
        if (draining >= host.settings().get().maxDraining()) {
            throw refused(
                    ErrorCode.BUSY,
                    old,
                    draining + " generations of " + instance + " are still draining.",
                    "Wait for their calls, or cancel them: " + Remedies.plugins("reload", plugin, instance)
                            + " --cancel-running.");
        }
    }

    /** Lets what waits for long calls be tried again when they have ended. */
    private void lookAgainAfterLongCalls(Generation old) {
        if (old.leases().anyLongRunning() && waiting.compareAndSet(false, true)) {
            Thread.ofVirtual().name("plugbay-wait-" + instance).start(() -> {
                while (old.leases().anyLongRunning()) {
                    LockSupport.parkNanos(this, LOOK_AGAIN.toNanos());
                }
                waiting.set(false);
                changed.run();
            });
        }
    }

    /** A few old generations may drain at a time; then a reload waits as long as ordinary calls may take. */
    private long waitForTheOld() {
        HostSettings settings = host.settings().get();
        try {
            return host.retirements().awaitFewer(instance, settings.maxDraining(), settings.drain());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return host.retirements().draining(instance);
        }
    }

    /** One that must not run beside another of its kind waits for the end of those that were stopped. */
    private void requireAlone(Manifest wanted) {
        if (wanted.reload() == ReloadMode.OVERLAP) {
            return;
        }
        Duration limit = host.settings()
                .get()
                .drain()
                .plus(host.settings().get().hookTimeout())
                .plus(host.settings().get().cancelGrace().multipliedBy(3));
        boolean alone;
        try {
            alone = host.retirements().await(instance::equals, limit);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            alone = false;
        }
        if (!alone) {
            throw notAlone();
        }
    }

    private boolean awaitSaved(Duration limit) {
        try {
            return host.retirements().awaitSaved(instance, limit);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private PlugbayException notAlone() {
        return PlugbayException.of(
                        ErrorCode.BUSY,
                        "An earlier generation of " + instance
                                + " has not ended, and its manifest does not let two run side by side.")
                .plugin(plugin)
                .instance(instance)
                .remedy("Wait for its calls, or see them with: " + Remedies.show(plugin, instance) + ".")
                .build();
    }

    private void requireNoWorse(Generation fresh, Health before, Health after) {
        if (after.level().worseThan(before.level())) {
            throw PlugbayException.of(
                            ErrorCode.PROBE_FAILED,
                            "The new version is " + after.level() + " where the old one is " + before.level() + ": "
                                    + String.join("; ", after.reasons()))
                    .plugin(plugin)
                    .instance(instance)
                    .generation(fresh.generation())
                    .build();
        }
    }

    private PlugbayException refused(ErrorCode code, Generation old, String why, String remedy) {
        return PlugbayException.of(code, why)
                .plugin(plugin)
                .instance(instance)
                .generation(old.generation())
                .remedy(remedy)
                .build();
    }

    private PlugbayException rolledBack(Generation old, Artifact wanted, int number, PlugbayException cause) {
        PlugbayException.Builder builder = PlugbayException.of(
                        ErrorCode.RELOAD_ROLLED_BACK,
                        "The reload of " + instance + " to " + wanted.manifest().version()
                                + " was rolled back, and " + old.version() + " (generation " + old.generation()
                                + ") serves on. " + cause.detail())
                .plugin(plugin)
                .instance(instance)
                .generation(number)
                .detail("cause", cause.code().id());
        cause.details().forEach(builder::detail);
        cause.pointer().ifPresent(builder::pointer);
        return builder.remedy(cause.remedy().orElse("Mend the new version; the old one needs nothing."))
                .build();
    }
}
