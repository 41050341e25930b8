package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.ReloadMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured use of a plugin: the generation that serves it, and every operation on it. Nothing of it is shared with another instance but the
 * artifact's bytes, so one that fails or hangs touches no other.
 *
 * <p>Shared: operations happen one after the other, see {@link Operations}, and no lock is held while plugin code runs. They alone write the volatile
 * fields, which anybody reads. Callers go through {@link #ref} and never wait for an operation.
 */
final class Instance {
    private static final Logger LOG = LoggerFactory.getLogger(Instance.class);
    private static final Set<ErrorCode> RETRIED =
            EnumSet.of(ErrorCode.BUSY, ErrorCode.MISSING_DEPENDENCY, ErrorCode.LEAK_LIMIT_REACHED);

    private final String plugin;
    private final String name;
    private final HostServices host;
    private final Admission admission;
    private final Names names;
    private final Runnable changed;
    private final Operations operations;
    private final InstanceNews news;
    private final Wish wish;
    private final TargetRef ref;
    private final Succession succession;
    private final Reconfiguration reconfiguration;
    private final InstanceHealth health;
    private final KnownArtifacts known = new KnownArtifacts();
    private volatile @Nullable Generation current;
    private volatile PluginState resting = PluginState.DISCOVERED;
    private volatile Optional<Problem> problem = Optional.empty();
    private volatile Optional<Problem> configProblem = Optional.empty();
    private volatile Saving saving = Saving.nothing();

    /**
     * An instance of which nothing is loaded yet.
     *
     * @param lasting what of its name outlives its removal
     * @param changed told after each publish and each end of a generation
     */
    Instance(
            String plugin,
            String name,
            Registry.Lasting lasting,
            HostServices host,
            Isolations isolations,
            DesiredState desired,
            Admission admission,
            Names names,
            Runnable changed) {
        this.plugin = plugin;
        this.name = name;
        this.host = host;
        this.admission = admission;
        this.names = names;
        this.changed = changed;
        this.operations = new Operations(plugin, name, this::settle);
        this.news = new InstanceNews(plugin, name, host);
        this.wish = new Wish(plugin, name, host, desired);
        this.ref = lasting.ref();
        this.succession = new Succession(plugin, name, host, isolations, lasting.numbers(), changed);
        this.health = new InstanceHealth(this, host, news);
        this.reconfiguration = new Reconfiguration(this, host, desired, succession, news);
        ref.clear("is not loaded");
    }

    String plugin() {
        return plugin;
    }

    String name() {
        return name;
    }

    /** Whether it is the one that every plugin has. */
    boolean isDefault() {
        return name.equals(plugin);
    }

    /** Its operations; what this class calls "within an operation" runs as one of them. */
    Operations operations() {
        return operations;
    }

    // --- operations ----------------------------------------------------------------------------------------------

    /** Withdraws it as the last operation; those that wait, and all that come, are refused. */
    CompletableFuture<Boolean> shutDown(String why, PluginState state) {
        return operations.last(why, () -> {
            withdraw(state, why, false);
            return true;
        });
    }

    /** Withdraws it for good; whether this was the first time. Within an operation. */
    boolean end(String why) {
        withdraw(PluginState.UNLOADED, why, false);
        return operations.end(why);
    }

    /** The winning candidate changed; loads or reloads unless somebody wanted otherwise. Within an operation. */
    void consider(Artifact winner) {
        if (known.isHeld(winner)) {
            known.know(winner);
            return;
        }
        known.holdNothing();
        Generation now = current;
        boolean same = now != null && now.artifact().sha256().equals(winner.sha256());
        if (same) {
            known.refuse(null);
            problem = Optional.empty();
        } else if (!known.isRefused(winner)) {
            run(winner, ReloadOptions.gentle());
        }
    }

    /** Remembers the winning candidate without loading it. Within an operation. */
    void know(Artifact winner) {
        if (current == null) {
            known.know(winner);
        }
    }

    /** Loads or reloads {@code next}, by hand or by the watcher. Within an operation. */
    void run(Artifact next, ReloadOptions options) {
        run(next, options, () -> host.configs().resolved(next.manifest(), name));
    }

    /** As {@link #run(Artifact, ReloadOptions)}, with a configuration that may not be kept yet. */
    void run(Artifact next, ReloadOptions options, Supplier<Map<String, Object>> config) {
        admission.requireAllowed(plugin, host.settings().get());
        known.holdNothing();
        if (!enabled()) {
            restDisabled(next);
            return;
        }
        Optional<Problem> before = problem;
        try {
            Generation now = current;
            if (now == null) {
                known.know(next);
                first(next, config);
            } else {
                reload(now, next, config, options);
                known.know(next);
            }
            known.refuse(null);
            problem = Optional.empty();
        } catch (PlugbayException failure) {
            known.refuse(isRetried(failure) ? null : next);
            Problem shown = Problem.of(failure);
            problem = Optional.of(shown);
            boolean isNews = before.filter(
                            was -> was.code() == shown.code() && was.detail().equals(shown.detail()))
                    .isEmpty();
            if (isNews) { // what waits is tried again and again, and told once
                news.failed(failure);
            }
            throw failure;
        }
    }

    /** Whether it hands over, at least to {@code next}. */
    boolean handsOver(Optional<Artifact> next) {
        Generation now = current;
        return now != null
                && Succession.handsOver(now, next.map(Artifact::manifest).orElse(now.manifest()));
    }

    /** As {@link #run}, as an operation that nobody waits for; how it ended is told by events, and by the problem. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void runLater(Artifact next, ReloadOptions options, Runnable afterwards) {
        operations
                .decide(() -> {
                    run(next, options);
                    return name;
                })
                .whenComplete((done, failure) -> afterwards.run());
    }

    private static boolean isRetried(PlugbayException failure) {
        return RETRIED.contains(failure.code())
                || Names.isTaken(failure)
                || failure.details().containsKey(Succession.HANGS)
                || (failure.code() == ErrorCode.RELOAD_ROLLED_BACK
                        && ErrorCode.BUSY.id().equals(failure.details().get("cause")));
    }

    private void first(Artifact next, Supplier<Map<String, Object>> wanted) {
        boolean loading = false;
        Generation fresh;
        try {
            names.claim(plugin, name);
            admission.check(next, host.settings().get());
            Map<String, Object> config = wanted.get();
            loading = true;
            Saving known = saving.over() ? saving : Saving.nothing();
            resting = PluginState.LOADING; // not before: what is refused again and again stays what it is
            fresh = succession.first(next, config);
            if (known
                    == saving) { // what was lost could be known before the start; what shows only since is still to be
                // read
                saving = Saving.nothing();
            }
        } catch (Throwable failure) {
            boolean waits = !loading
                    && failure instanceof PlugbayException known
                    && (known.code() == ErrorCode.INVALID_CONFIG || known.code() == ErrorCode.MISSING_DEPENDENCY);
            resting = waits ? PluginState.LOADED : PluginState.FAILED;
            throw failure;
        }
        publish(fresh, () -> ref.publish(fresh));
        changed.run();
        news.started(fresh);
    }

    private void reload(Generation old, Artifact next, Supplier<Map<String, Object>> config, ReloadOptions options) {
        admission.check(next, host.settings().get());
        known.await(next.manifest().reload() == ReloadMode.NONE ? next : null);
        succession.requireRoom(old, next.manifest(), options);
        swap(old, next, config.get(), options);
    }

    /** The end of an operation: a generation that took over in it has what is kept, and what is kept is what it has. */
    private void settle() {
        try {
            boolean tookOver = current().filter(Generation::takesOver).isPresent();
            reconfiguration.settle();
            if (tookOver || (configProblem.isPresent() && reconfiguration.agrees())) {
                configAgrees();
            }
        } catch (PlugbayException refused) {
            configProblem = Optional.of(Problem.of(refused));
            if (refused.code() != ErrorCode.RELOAD_ROLLED_BACK) { // that was told
                news.failed(refused);
            }
        }
    }

    /** What is kept of its configuration is what is in force. */
    void configAgrees() {
        configProblem = Optional.empty();
    }

    /** Replaces {@code old}, at once; there must be room for it. Within an operation. */
    void swap(Generation old, Artifact next, Map<String, Object> config, ReloadOptions options) {
        Health before = old.health();
        Succession.Succeeded done;
        try {
            done = succession.replace(ref, old, next, config, options, this::publish);
        } catch (PlugbayException rolledBack) {
            if (!old.health().equals(before)) {
                news.health(old, old.health());
            }
            throw rolledBack;
        }
        Generation fresh = done.fresh();
        old.replaced();
        try {
            news.reloaded(old, fresh, done.gap());
        } finally {
            host.retirements().begin(host, old, Retirement.Why.REPLACED, options.cancelRunning(), changed);
            changed.run();
        }
    }

    /**
     * The one step in which the new generation takes over; {@code visible} is where callers see it, and nothing fails after it. A problem that was shown is over when they do.
     */
    private void publish(Generation fresh, Runnable visible) {
        Generation old = current;
        if (old == null || !old.artifact().sha256().equals(fresh.artifact().sha256())) {
            problem = Optional.empty(); // not after a mere change of the configuration: that mends no refused version
        }
        fresh.takeOver();
        host.events().between(() -> {
            if (old != null) {
                old.withdraw();
            }
            visible.run();
            current = fresh;
            fresh.published();
        });
    }

    /** Withdraws what runs and ends it in the background; {@code state} is where the plugin then rests. Within an operation. */
    void withdraw(PluginState state, String why, boolean byHand) {
        Generation old = current;
        known.withdrawn(byHand);
        resting = state;
        problem = Optional.empty();
        configAgrees();
        if (old != null) {
            ref.clear(why);
            current = null;
            old.withdraw();
            saving = host.retirements().begin(host, old, Retirement.Why.WITHDRAWN, false, changed);
        }
    }

    /** Shows why something about it was refused, without any change to what runs. */
    void note(Problem refusal) {
        problem = Optional.of(refusal);
    }

    /** Runs if it may and does not, and stops if it may not; why it does not run is its problem, and shown as that. Within an operation. */
    void bringInLine() {
        Artifact own = artifact().orElse(null);
        if (!enabled()) {
            withdraw(PluginState.DISABLED, "is disabled", false);
        } else if (current == null && own != null) {
            try {
                run(own, ReloadOptions.gentle());
            } catch (PlugbayException shown) {
                LOG.debug("{} is enabled but does not start: {}", name, shown.detail());
            }
        }
    }

    /** Rests, disabled, with this as what it would run. Within an operation. */
    void restDisabled(Artifact first) {
        known.know(first);
        resting = PluginState.DISABLED;
    }

    /** The configuration changed: starts if it waited for that, and lets a version that was refused for it be tried again. Within an operation. */
    void configChanged() {
        if (current == null) {
            startAfterChange();
        } else if (known.refusesAny() && problem.map(Problem::code).equals(Optional.of(ErrorCode.INVALID_CONFIG))) {
            known.refuse(null); // a newer version waited for this
            changed.run();
        }
    }

    /** Another plugin runs now, or has ended; starts this one, after the operations before, if it waits for others. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it, and what fails is shown as its problem
    void tryAgain() {
        if (waitsForOthers()) {
            operations.submit(() -> {
                if (current == null && waitsForOthers()) {
                    startAfterChange();
                }
                return name;
            });
        }
    }

    /** Whether it is not started for lack of another plugin. */
    boolean waitsForOthers() {
        return problem.map(Problem::code).equals(Optional.of(ErrorCode.MISSING_DEPENDENCY));
    }

    private void startAfterChange() {
        Artifact own = artifact().orElse(null);
        boolean waits =
                resting == PluginState.LOADED || resting == PluginState.FAILED || resting == PluginState.DISABLED;
        if (own != null && waits && !known.holdsAny() && enabled()) {
            try {
                run(own, ReloadOptions.gentle());
            } catch (PlugbayException shown) {
                // The change itself was accepted; why the plugin still does not run is its problem, and shown as that.
            }
        }
    }

    // --- views ---------------------------------------------------------------------------------------------------

    /** The artifacts that it needs. */
    Set<String> artifactsInUse() {
        Set<String> inUse = known.inUse();
        current().map(running -> running.artifact().sha256()).ifPresent(inUse::add);
        return inUse;
    }

    /** The artifact with this hash, if it knows it. */
    Optional<Artifact> artifactOf(String sha256) {
        return Stream.of(current().map(Generation::artifact), artifact())
                .flatMap(Optional::stream)
                .filter(one -> one.sha256().equals(sha256))
                .findFirst();
    }

    /** What the operator wants of it. */
    Wish wish() {
        return wish;
    }

    /** Whether it may execute code: its plugin may, and it itself. */
    boolean enabled() {
        return wish.pluginEnabled() && wish.enabled();
    }

    Optional<Generation> current() {
        return Optional.ofNullable(current);
    }

    Optional<Artifact> artifact() {
        return known.artifact();
    }

    Artifact requireArtifact() {
        return artifact()
                .orElseThrow(
                        () -> PlugbayException.of(ErrorCode.NOT_FOUND, "No usable artifact of " + plugin + " is known.")
                                .plugin(plugin)
                                .remedy("See what was found with: plugbay plugins discover.")
                                .build());
    }

    PluginState state() {
        Generation now = current;
        if (now != null) {
            return now.life().state();
        }
        return enabled() ? resting : PluginState.DISABLED;
    }

    Optional<Problem> problem() {
        return problem.or(() -> configProblem).or(saving::failure);
    }

    /** Whether what was withdrawn last has saved what it knows; why not is shown as the problem until it is started again. */
    Saving saving() {
        return saving;
    }

    /** Its configuration, and changes of it. */
    Reconfiguration reconfiguration() {
        return reconfiguration;
    }

    /** Its health, and how to ask for it. */
    InstanceHealth health() {
        return health;
    }

    /** The handle on an extension; the same object each time. */
    <T> T handle(Class<T> point, String extension) {
        return host.handles().handle(point, ref, extension);
    }

    /** Verdicts on its generations, oldest first. */
    List<UnloadVerdict> verdicts() {
        return host.verdicts().of(plugin, name);
    }
}
