package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.ReloadMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plugin: its default instance, the generation that serves it, and every operation on it.
 *
 * <p>Shared: operations are tasks of one {@link SerialQueue}, so they happen one after the other and no lock is held while plugin code runs. They
 * alone write the volatile fields, which anybody reads. Callers go through {@link #ref} and never wait for an operation.
 */
final class ManagedPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(ManagedPlugin.class);

    private final String id;
    private final HostServices host;
    private final DesiredState desired;
    private final Admission admission;
    private final Runnable changed;
    private final SerialQueue operations = new SerialQueue(Thread::startVirtualThread);
    private final TargetRef ref;
    private final AtomicInteger draining = new AtomicInteger();
    private final Set<Generation> retiring = new HashSet<>(); // guarded by itself
    private final Map<String, Path> sources = new ConcurrentHashMap<>();
    private int lastNumber;
    private @Nullable String held;
    private @Nullable String refused;

    private volatile @Nullable Artifact artifact;
    private volatile @Nullable Generation current;
    private volatile PluginState resting = PluginState.DISCOVERED;
    private volatile Optional<Problem> problem = Optional.empty();

    /**
     * A plugin of which nothing is loaded yet.
     *
     * @param changed told after each publish and each end of a generation
     */
    ManagedPlugin(String id, HostServices host, DesiredState desired, Admission admission, Runnable changed) {
        this.id = id;
        this.host = host;
        this.desired = desired;
        this.admission = admission;
        this.changed = changed;
        this.ref = new TargetRef(id, id);
        ref.clear("is not loaded");
    }

    String id() {
        return id;
    }

    // --- operations ----------------------------------------------------------------------------------------------

    /** Runs an operation after those before it and waits for its end. */
    <T> T perform(Callable<T> operation) {
        try {
            return submit(operation).join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof PlugbayException known) {
                throw known;
            }
            throw failure;
        }
    }

    /** Runs an operation after those before it. */
    <T> CompletableFuture<T> submit(Callable<T> operation) {
        CompletableFuture<T> result = new CompletableFuture<>();
        operations.execute(() -> {
            try {
                result.complete(operation.call());
            } catch (PlugbayException failure) {
                result.completeExceptionally(failure);
            } catch (Throwable defect) {
                LOG.error("An operation on {} failed: {}", id, Stacks.text(defect));
                result.completeExceptionally(PlugbayException.of(
                                ErrorCode.INTERNAL, "An operation on " + id + " failed: " + Failures.describe(defect))
                        .plugin(id)
                        .build());
            }
        });
        return result;
    }

    /** The winning candidate changed; loads or reloads unless somebody wanted otherwise. Within an operation. */
    void consider(Artifact winner) {
        if (winner.sha256().equals(held)) {
            artifact = winner;
            return;
        }
        held = null;
        Generation now = current;
        boolean same = now != null && now.artifact().sha256().equals(winner.sha256());
        if (same) {
            refused = null;
            problem = Optional.empty();
            return;
        }
        if (winner.sha256().equals(refused)) {
            return;
        }
        run(winner, ReloadOptions.gentle());
    }

    /** Remembers the winning candidate without loading it. Within an operation. */
    void know(Artifact winner) {
        if (current == null) {
            artifact = winner;
        }
    }

    /** Remembers where an artifact's file lies. Within an operation. */
    void cameFrom(Artifact winner, Path source) {
        sources.keySet().retainAll(artifactsInUse());
        sources.put(winner.sha256(), source);
    }

    /** Where an artifact's file lay; its folder in the store for one that was installed. */
    Path sourceOf(Artifact one) {
        return sources.getOrDefault(one.sha256(), one.folder());
    }

    /** The artifact with this hash, if this plugin knows it. */
    Optional<Artifact> artifactOf(String sha256) {
        return current()
                .map(Generation::artifact)
                .filter(one -> one.sha256().equals(sha256))
                .or(() -> artifact().filter(one -> one.sha256().equals(sha256)));
    }

    /** Loads or reloads {@code wanted}, by hand or by the watcher. Within an operation. */
    void run(Artifact wanted, ReloadOptions options) {
        held = null;
        if (!enabled()) {
            artifact = wanted;
            resting = PluginState.DISABLED;
            return;
        }
        try {
            Generation now = current;
            if (now == null) {
                artifact = wanted;
                first(wanted);
            } else {
                reload(now, wanted, options);
                artifact = wanted;
            }
            refused = null;
            problem = Optional.empty();
        } catch (PlugbayException failure) {
            boolean again = failure.code() == ErrorCode.BUSY || failure.code() == ErrorCode.MISSING_DEPENDENCY;
            refused = again ? null : wanted.sha256();
            problem = Optional.of(Problem.of(failure));
            event(
                    "plugin.failed",
                    OptionalInt.empty(),
                    Map.of("code", failure.code().id(), "detail", failure.detail()));
            LOG.atWarn().addKeyValue("plugin", id).log("{}: {}", failure.code(), failure.detail());
            throw failure;
        }
    }

    private void first(Artifact wanted) {
        resting = PluginState.LOADING;
        Generation fresh = null;
        try {
            admission.check(wanted, host.settings().get());
            Map<String, Object> config = host.configs().resolved(wanted.manifest());
            fresh = Generation.load(wanted, id, ++lastNumber, config, host);
            fresh.start();
            fresh.askHealth();
        } catch (PlugbayException failure) {
            if (fresh != null) {
                retire(fresh, false, false);
            }
            boolean waits = fresh == null
                    && (failure.code() == ErrorCode.INVALID_CONFIG || failure.code() == ErrorCode.MISSING_DEPENDENCY);
            resting = waits ? PluginState.LOADED : PluginState.FAILED;
            throw failure;
        }
        publish(fresh);
        event("plugin.started", OptionalInt.of(fresh.generation()), Map.of("version", fresh.version()));
        LOG.atInfo()
                .addKeyValue("plugin", id)
                .log("Started {} {} as generation {}", id, fresh.version(), fresh.generation());
    }

    private void reload(Generation old, Artifact wanted, ReloadOptions options) {
        admission.check(wanted, host.settings().get());
        if (wanted.manifest().reload() != ReloadMode.OVERLAP) {
            boolean none = wanted.manifest().reload() == ReloadMode.NONE;
            throw PlugbayException.of(
                            none ? ErrorCode.CONFLICT : ErrorCode.UNSUPPORTED,
                            none
                                    ? id + " " + wanted.manifest().version()
                                            + " waits for a restart of the host, because its manifest says reload: none."
                                    : id + " asks for reload: handover, which this host does not offer.")
                    .plugin(id)
                    .generation(old.generation())
                    .remedy(none ? "Restart the host, or stop and start the plugin." : "Use overlap or none.")
                    .build();
        }
        long leaked = host.verdicts().leaked(id);
        if (leaked >= host.settings().get().maxLeaked()) {
            throw PlugbayException.of(
                            ErrorCode.LEAK_LIMIT_REACHED,
                            leaked + " generations of " + id + " leaked, so no further one is loaded.")
                    .plugin(id)
                    .generation(old.generation())
                    .remedy("See who holds them with: plugbay plugins show " + id + "; then restart the host.")
                    .build();
        }
        if (draining.get() >= host.settings().get().maxDraining()) {
            throw PlugbayException.of(ErrorCode.BUSY, draining.get() + " generations of " + id + " are still draining.")
                    .plugin(id)
                    .generation(old.generation())
                    .remedy("Wait for their calls, or cancel them: plugbay plugins reload " + id + " --cancel-running.")
                    .build();
        }
        Map<String, Object> config = host.configs().resolved(wanted.manifest());
        swap(old, wanted, config, options);
    }

    private void swap(Generation old, Artifact wanted, Map<String, Object> config, ReloadOptions options) {
        Generation fresh = null;
        try {
            fresh = Generation.load(wanted, id, ++lastNumber, config, host);
            fresh.start();
            Health before = old.askHealth();
            Health after = fresh.askHealth();
            if (after.level().worseThan(before.level())) {
                throw PlugbayException.of(
                                ErrorCode.PROBE_FAILED,
                                "The new version is " + after.level() + " where the old one is " + before.level() + ": "
                                        + String.join("; ", after.reasons()))
                        .plugin(id)
                        .generation(fresh.generation())
                        .build();
            }
        } catch (PlugbayException failure) {
            int number = lastNumber;
            if (fresh != null) {
                retire(fresh, false, false);
            }
            throw rolledBack(old, wanted, number, failure);
        }
        publish(fresh);
        event(
                "plugin.reloaded",
                OptionalInt.of(fresh.generation()),
                Map.of("version", fresh.version(), "from", old.version()));
        LOG.atInfo()
                .addKeyValue("plugin", id)
                .log("Reloaded {} {} as generation {}", id, fresh.version(), fresh.generation());
        retire(old, true, options.cancelRunning());
    }

    private PlugbayException rolledBack(Generation old, Artifact wanted, int number, PlugbayException cause) {
        PlugbayException.Builder builder = PlugbayException.of(
                        ErrorCode.RELOAD_ROLLED_BACK,
                        "The reload of " + id + " to " + wanted.manifest().version() + " was rolled back, and "
                                + old.version() + " (generation " + old.generation() + ") serves on. " + cause.detail())
                .plugin(id)
                .instance(id)
                .generation(number)
                .detail("cause", cause.code().id());
        cause.details().forEach(builder::detail);
        cause.pointer().ifPresent(builder::pointer);
        return builder.remedy(cause.remedy().orElse("Mend the new version; the old one needs nothing."))
                .build();
    }

    /** The one step in which the new generation takes over. */
    private void publish(Generation fresh) {
        Generation old = current;
        if (old != null) {
            old.withdraw();
        }
        ref.publish(fresh);
        fresh.published();
        current = fresh;
        changed.run();
    }

    /** Withdraws what runs and ends it in the background; {@code state} is where the plugin then rests. Within an operation. */
    void withdraw(PluginState state, String why, boolean byHand) {
        Generation old = current;
        Artifact known = artifact;
        if (byHand && known != null) {
            held = known.sha256();
        }
        resting = state;
        refused = null;
        problem = Optional.empty();
        if (old != null) {
            ref.clear(why);
            current = null;
            old.withdraw();
            retire(old, true, false);
        }
    }

    private void retire(Generation generation, boolean published, boolean cancelRunning) {
        if (published) {
            draining.incrementAndGet();
        }
        synchronized (retiring) {
            retiring.add(generation);
        }
        Thread.ofVirtual().name("plugbay-retire-" + generation).start(() -> {
            try {
                new Retirement(host).run(generation, published, cancelRunning);
            } catch (InterruptedException | RuntimeException defect) {
                LOG.error("The end of a generation of {} failed: {}", id, Stacks.text(defect));
            } finally {
                if (published) {
                    draining.decrementAndGet();
                }
                synchronized (retiring) {
                    retiring.remove(generation);
                    retiring.notifyAll();
                }
                changed.run();
            }
        });
    }

    /** Waits until every withdrawn generation has ended. */
    boolean awaitRetired(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (retiring) {
            while (!retiring.isEmpty()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(retiring, left);
            }
        }
        return true;
    }

    /** Cancels every call on withdrawn generations, long ones too. */
    void cancelRetiring() {
        synchronized (retiring) {
            retiring.forEach(generation -> generation.leases().cancel(true));
        }
    }

    /** The artifacts that it needs, now or until a generation has ended. */
    Set<String> artifactsInUse() {
        Set<String> inUse = new HashSet<>();
        artifact().map(Artifact::sha256).ifPresent(inUse::add);
        current().map(running -> running.artifact().sha256()).ifPresent(inUse::add);
        synchronized (retiring) {
            retiring.forEach(generation -> inUse.add(generation.artifact().sha256()));
        }
        return inUse;
    }

    /** Shows why something about it was refused, without any change to what runs. */
    void note(Problem refusal) {
        problem = Optional.of(refusal);
    }

    /** Changes the configuration: checked, brought to the plugin, kept. Within an operation. */
    void configure(Function<Map<String, Object>, Map<String, Object>> change) {
        Manifest manifest = requireArtifact().manifest();
        Configs.Checked checked = host.configs().propose(manifest, change);
        Generation now = current;
        if (now != null && manifest.reloadOnConfigChange()) {
            swap(now, now.artifact(), checked.resolved(), ReloadOptions.gentle());
        } else if (now != null) {
            now.reconfigure(checked.resolved());
        }
        host.configs().keep(id, checked);
        event("config.changed", OptionalInt.empty(), Map.of());
        if (now == null) {
            startAfterChange();
        }
    }

    /** The settings' own configuration for this plugin changed. Within an operation. */
    void settingsChanged() {
        Artifact known = artifact;
        Generation now = current;
        if (known == null) {
            return;
        }
        if (now == null) {
            startAfterChange();
            return;
        }
        if (!enabled()) {
            withdraw(PluginState.DISABLED, "is disabled", false);
            return;
        }
        Map<String, Object> next = host.configs().resolved(known.manifest());
        if (!next.equals(now.context().config())) {
            if (known.manifest().reloadOnConfigChange()) {
                swap(now, now.artifact(), next, ReloadOptions.gentle());
            } else {
                now.reconfigure(next);
            }
            event("config.changed", OptionalInt.empty(), Map.of());
        }
    }

    private void startAfterChange() {
        Artifact known = artifact;
        boolean waiting =
                resting == PluginState.LOADED || resting == PluginState.FAILED || resting == PluginState.DISABLED;
        if (known != null && waiting && held == null && enabled()) {
            try {
                run(known, ReloadOptions.gentle());
            } catch (PlugbayException shown) {
                // The change itself was accepted; why the plugin still does not run is its problem, and shown as that.
            }
        }
    }

    /** Asks for health now, and tells when it changed. */
    Health checkHealth() {
        Generation asked = current;
        if (asked == null) {
            return Health.unknown();
        }
        Health before = asked.health();
        Health after = host.guard().run(asked, "health", Optional.empty(), asked::askHealth);
        if (!after.equals(before)) {
            event(
                    "plugin.health",
                    OptionalInt.of(asked.generation()),
                    Map.of("level", after.level().name(), "reasons", after.reasons()));
        }
        return after;
    }

    // --- views ---------------------------------------------------------------------------------------------------

    boolean enabled() {
        return Optional.ofNullable(host.settings().get().plugins().get(id))
                .flatMap(PluginSettings::enabled)
                .orElseGet(() -> desired.of(id).enabled());
    }

    Optional<Generation> current() {
        return Optional.ofNullable(current);
    }

    Optional<Artifact> artifact() {
        return Optional.ofNullable(artifact);
    }

    Artifact requireArtifact() {
        Artifact known = artifact;
        if (known == null) {
            throw PlugbayException.of(ErrorCode.NOT_FOUND, "No usable artifact of " + id + " is known.")
                    .plugin(id)
                    .remedy("See what was found with: plugbay plugins discover.")
                    .build();
        }
        return known;
    }

    PluginState state() {
        Generation now = current;
        if (now != null) {
            return now.life().state();
        }
        return enabled() ? resting : PluginState.DISABLED;
    }

    Optional<Problem> problem() {
        return problem;
    }

    /** The handle on an extension; the same object each time. */
    <T> T handle(Class<T> point, String name) {
        return host.handles().handle(point, ref, name);
    }

    private void event(String type, OptionalInt generation, Map<String, Object> data) {
        host.events()
                .publish(new HostEvent(
                        type,
                        host.clock().instant(),
                        Optional.of(id),
                        Optional.of(id),
                        generation,
                        new HashMap<>(data)));
    }

    /** Verdicts on its generations, oldest first. */
    List<UnloadVerdict> verdicts() {
        return host.verdicts().of(id);
    }
}
