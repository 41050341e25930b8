package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.util.EnumSet;
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
    private static final Set<ErrorCode> RETRIED =
            EnumSet.of(ErrorCode.BUSY, ErrorCode.MISSING_DEPENDENCY, ErrorCode.LEAK_LIMIT_REACHED);

    private final String id;
    private final HostServices host;
    private final DesiredState desired;
    private final Admission admission;
    private final Runnable changed;
    private final SerialQueue operations = SerialQueue.ofOperations(Thread::startVirtualThread);
    private final TargetRef ref;
    private final AtomicInteger decisions = new AtomicInteger();
    private final Succession succession;
    private final Map<String, Path> sources = new ConcurrentHashMap<>();
    private final Map<String, Integer> wanted = new ConcurrentHashMap<>();
    private @Nullable String held;
    private @Nullable String refused;

    private volatile @Nullable Artifact artifact;
    private volatile @Nullable Generation current;
    private volatile PluginState resting = PluginState.DISCOVERED;
    private volatile Optional<Problem> problem = Optional.empty();
    private volatile @Nullable String over;

    /**
     * A plugin of which nothing is loaded yet.
     *
     * @param lasting what of its id outlives its removal
     * @param changed told after each publish and each end of a generation
     */
    ManagedPlugin(
            String id,
            Registry.Lasting lasting,
            HostServices host,
            Isolations isolations,
            DesiredState desired,
            Admission admission,
            Runnable changed) {
        this.id = id;
        this.host = host;
        this.desired = desired;
        this.admission = admission;
        this.changed = changed;
        this.ref = lasting.ref();
        this.succession = new Succession(id, host, isolations, lasting.numbers(), changed);
        ref.clear("is not loaded");
    }

    String id() {
        return id;
    }

    // --- operations ----------------------------------------------------------------------------------------------

    /**
     * Runs an operation after those before it and waits for its end. Refused from inside a hook: the operation could wait for that very hook.
     */
    <T> T perform(Callable<T> operation) {
        if (HookThreads.here()) {
            throw PlugbayException.of(
                            ErrorCode.BUSY, "A plugin's hook asked for a change of " + id + " and would wait for it.")
                    .plugin(id)
                    .retryable(false)
                    .remedy("Ask from another thread, and do not wait for it in the hook.")
                    .build();
        }
        try {
            return submit(() -> {
                        try {
                            return operation.call();
                        } finally {
                            decisions.incrementAndGet();
                        }
                    })
                    .join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof PlugbayException known) {
                throw known;
            }
            throw failure;
        }
    }

    /** How many operations were performed by hand; what a scan saw before the last one is out of date. */
    int decisions() {
        return decisions.get();
    }

    /** Runs an operation after those before it; refused once the plugin was removed or the host closes. */
    <T> CompletableFuture<T> submit(Callable<T> operation) {
        return enqueue(() -> {
            String why = over;
            if (why != null) {
                throw PlugbayException.of(ErrorCode.UNAVAILABLE, "Plugin " + id + " " + why + ".")
                        .plugin(id)
                        .build();
            }
            return operation.call();
        });
    }

    private <T> CompletableFuture<T> enqueue(Callable<T> operation) {
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

    /** Withdraws it as the last operation; those that wait, and all that come, are refused. */
    CompletableFuture<Boolean> shutDown(String why) {
        over = why;
        return enqueue(() -> {
            withdraw(PluginState.STOPPED, why, false);
            return true;
        });
    }

    /** Withdraws it for good; whether this was the first time. Within an operation. */
    boolean end(String why) {
        boolean first = over == null;
        withdraw(PluginState.UNLOADED, why, false);
        over = why;
        return first;
    }

    /** Whether it was removed or its host is closing. */
    boolean isOver() {
        return over != null;
    }

    /** Keeps an artifact from being swept until {@link #unwant}; for one that an operation in the queue will load. */
    void want(Artifact one) {
        wanted.merge(one.sha256(), 1, Integer::sum);
    }

    void unwant(Artifact one) {
        wanted.computeIfPresent(one.sha256(), (sha256, count) -> count == 1 ? null : count - 1);
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

    /** Loads or reloads {@code next}, by hand or by the watcher. Within an operation. */
    void run(Artifact next, ReloadOptions options) {
        admission.requireAllowed(id, host.settings().get());
        held = null;
        if (!enabled()) {
            artifact = next;
            resting = PluginState.DISABLED;
            return;
        }
        Optional<Problem> before = problem;
        try {
            Generation now = current;
            if (now == null) {
                artifact = next;
                first(next);
            } else {
                reload(now, next, options);
                artifact = next;
            }
            refused = null;
            problem = Optional.empty();
        } catch (PlugbayException failure) {
            refused = RETRIED.contains(failure.code()) ? null : next.sha256();
            Problem shown = Problem.of(failure);
            problem = Optional.of(shown);
            boolean news = before.filter(
                            was -> was.code() == shown.code() && was.detail().equals(shown.detail()))
                    .isEmpty();
            if (news) { // what waits is tried again and again, and told once
                failed(failure);
            }
            throw failure;
        }
    }

    private void failed(PlugbayException failure) {
        event(
                "plugin.failed",
                OptionalInt.empty(),
                Map.of("code", failure.code().id(), "detail", failure.detail()));
        LOG.atWarn().addKeyValue("plugin", id).log("{}: {}", failure.code(), failure.detail());
    }

    private void first(Artifact next) {
        resting = PluginState.LOADING;
        boolean loading = false;
        Generation fresh;
        try {
            admission.check(next, host.settings().get());
            Map<String, Object> config = host.configs().resolved(next.manifest());
            loading = true;
            fresh = succession.first(next, config);
        } catch (Throwable failure) {
            boolean waits = !loading
                    && failure instanceof PlugbayException known
                    && (known.code() == ErrorCode.INVALID_CONFIG || known.code() == ErrorCode.MISSING_DEPENDENCY);
            resting = waits ? PluginState.LOADED : PluginState.FAILED;
            throw failure;
        }
        publish(fresh);
        event("plugin.started", OptionalInt.of(fresh.generation()), Map.of("version", fresh.version()));
        LOG.atInfo()
                .addKeyValue("plugin", id)
                .log("Started {} {} as generation {}", id, fresh.version(), fresh.generation());
    }

    private void reload(Generation old, Artifact next, ReloadOptions options) {
        admission.check(next, host.settings().get());
        succession.requireRoom(old, next.manifest());
        swap(old, next, host.configs().resolved(next.manifest()), options);
    }

    private void swap(Generation old, Artifact next, Map<String, Object> config, ReloadOptions options) {
        Generation fresh = succession.next(old, next, config);
        publish(fresh);
        event(
                "plugin.reloaded",
                OptionalInt.of(fresh.generation()),
                Map.of("version", fresh.version(), "from", old.version()));
        LOG.atInfo()
                .addKeyValue("plugin", id)
                .log("Reloaded {} {} as generation {}", id, fresh.version(), fresh.generation());
        host.retirements().begin(host, old, true, options.cancelRunning(), changed);
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
            host.retirements().begin(host, old, true, false, changed);
        }
    }

    /** The artifacts that it needs or is about to. */
    Set<String> artifactsInUse() {
        Set<String> inUse = new HashSet<>(wanted.keySet());
        artifact().map(Artifact::sha256).ifPresent(inUse::add);
        current().map(running -> running.artifact().sha256()).ifPresent(inUse::add);
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
        if (now != null) {
            bring(now, checked.resolved());
        }
        host.configs().keep(id, checked);
        event("config.changed", OptionalInt.empty(), Map.of());
        afterConfigChange();
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
        Map<String, Object> next = host.configs().resolved(now.manifest());
        if (!next.equals(now.config())) {
            bring(now, next);
            event("config.changed", OptionalInt.empty(), Map.of());
            afterConfigChange();
        }
    }

    private void bring(Generation now, Map<String, Object> config) {
        if (now.manifest().reloadOnConfigChange()) {
            try {
                succession.requireRoom(now, now.manifest());
                swap(now, now.artifact(), config, ReloadOptions.gentle());
            } catch (PlugbayException failure) {
                failed(failure);
                throw failure;
            }
        } else {
            now.reconfigure(config);
            // What was wrong may be right now, or the other way round; nobody should wait a minute to see it.
            Thread.startVirtualThread(this::askHealthOnce);
        }
    }

    private void afterConfigChange() {
        if (current == null) {
            startAfterChange();
        } else if (refused != null && problem.map(Problem::code).equals(Optional.of(ErrorCode.INVALID_CONFIG))) {
            refused = null; // a newer version waited for this
            changed.run();
        }
    }

    /** Another plugin runs now, or has ended; starts this one, after the operations before, if it waits for others. */
    void tryAgain() {
        if (waitsForOthers()) {
            operations.execute(() -> {
                if (over == null && current == null && waitsForOthers()) {
                    startAfterChange();
                }
            });
        }
    }

    private boolean waitsForOthers() {
        return problem.map(Problem::code).equals(Optional.of(ErrorCode.MISSING_DEPENDENCY));
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

    private void askHealthOnce() {
        try {
            checkHealth();
        } catch (PlugbayException withdrawnMeanwhile) {
            // There is nobody to ask.
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
