package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.ReloadMode;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
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
    private static final MethodInfo HEALTH = new MethodInfo("health", false, true);
    private static final Set<ErrorCode> RETRIED =
            EnumSet.of(ErrorCode.BUSY, ErrorCode.MISSING_DEPENDENCY, ErrorCode.LEAK_LIMIT_REACHED);

    private final String plugin;
    private final String name;
    private final HostServices host;
    private final DesiredState desired;
    private final Admission admission;
    private final Names names;
    private final Runnable changed;
    private final Operations operations;
    private final InstanceNews news;
    private final Wish wish;
    private final TargetRef ref;
    private final Succession succession;
    private final Reconfiguration reconfiguration;
    private @Nullable String held;
    private @Nullable String refused;

    /** A newer artifact that may not be loaded beside what runs; taken up once that is withdrawn. */
    private volatile @Nullable Artifact waiting;

    private volatile @Nullable Artifact artifact;
    private volatile @Nullable Generation current;
    private volatile PluginState resting = PluginState.DISCOVERED;
    private volatile Optional<Problem> problem = Optional.empty();

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
        this.desired = desired;
        this.admission = admission;
        this.names = names;
        this.changed = changed;
        this.operations = new Operations(plugin, name);
        this.news = new InstanceNews(plugin, name, host);
        this.wish = new Wish(plugin, name, host, desired);
        this.ref = lasting.ref();
        this.succession = new Succession(plugin, name, host, isolations, lasting.numbers(), changed);
        this.reconfiguration = new Reconfiguration(this, host, succession, news);
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

    /** Loads or reloads {@code next}, by hand or by the watcher. Within an operation. */
    void run(Artifact next, ReloadOptions options) {
        run(next, options, () -> host.configs().resolved(next.manifest(), name));
    }

    /** As {@link #run(Artifact, ReloadOptions)}, with a configuration that may not be kept yet. */
    void run(Artifact next, ReloadOptions options, Supplier<Map<String, Object>> config) {
        admission.requireAllowed(plugin, host.settings().get());
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
                first(next, config);
            } else {
                reload(now, next, config, options);
                artifact = next;
            }
            refused = null;
            problem = Optional.empty();
        } catch (PlugbayException failure) {
            refused = isRetried(failure) ? null : next.sha256();
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
            resting = PluginState.LOADING; // not before: what is refused again and again stays what it is
            fresh = succession.first(next, config);
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
        waiting = next.manifest().reload() == ReloadMode.NONE ? next : null;
        succession.requireRoom(old, next.manifest(), options);
        swap(old, next, config.get(), options);
    }

    /** Replaces {@code old}, at once; there must be room for it. Within an operation. */
    void swap(Generation old, Artifact next, Map<String, Object> config, ReloadOptions options) {
        Succession.Succeeded done = succession.replace(ref, old, next, config, options, this::publish);
        Generation fresh = done.fresh();
        news.reloaded(old, fresh, done.gap());
        host.retirements().begin(host, old, Retirement.Why.REPLACED, options.cancelRunning(), changed);
        changed.run();
    }

    /** The one step in which the new generation takes over; {@code visible} is where callers see it. */
    private void publish(Generation fresh, Runnable visible) {
        Generation old = current;
        host.events().between(() -> {
            if (old != null) {
                old.withdraw();
            }
            visible.run();
            fresh.published();
        });
        current = fresh;
    }

    /** Withdraws what runs and ends it in the background; {@code state} is where the plugin then rests. Within an operation. */
    void withdraw(PluginState state, String why, boolean byHand) {
        Generation old = current;
        Artifact known = waiting == null ? artifact : waiting;
        artifact = known;
        waiting = null;
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
            host.retirements().begin(host, old, Retirement.Why.WITHDRAWN, false, changed);
        }
    }

    /** Shows why something about it was refused, without any change to what runs. */
    void note(Problem refusal) {
        problem = Optional.of(refusal);
    }

    /**
     * Starts it for the first time, as {@code spec} says, and keeps it; on failure nothing is kept. One that waits for another plugin is kept. Within an
     * operation.
     */
    void begin(Artifact first, InstanceSpec spec) {
        Configs.Checked checked = host.configs().propose(first.manifest(), name, before -> spec.config());
        if (spec.enabled()) {
            try {
                run(first, ReloadOptions.gentle(), checked::resolved);
            } catch (PlugbayException failure) {
                if (!waitsForOthers()) {
                    throw failure;
                }
            }
        } else {
            artifact = first;
            resting = PluginState.DISABLED;
        }
        desired.keep(plugin, name, spec.enabled(), checked.raw());
    }

    /** Puts {@code spec} in place of what is kept of it: checked, brought to the plugin, kept. Within an operation. */
    void replace(InstanceSpec spec) {
        Manifest manifest = requireArtifact().manifest();
        Configs.Checked checked = host.configs().propose(manifest, name, before -> spec.config());
        Generation now = current;
        if (now != null && spec.enabled() && !checked.resolved().equals(now.config())) {
            Map<String, Object> before = now.config();
            reconfiguration.bring(now, checked.resolved());
            reconfiguration.keepOrTakeBack(before, () -> {
                desired.keep(plugin, name, spec.enabled(), checked.raw());
                return true;
            });
        } else {
            desired.keep(plugin, name, spec.enabled(), checked.raw());
        }
        news.configChanged();
        afterConfigChange();
        bringInLine();
    }

    /** Runs if it may and does not, and stops if it may not; why it does not run is its problem, and shown as that. Within an operation. */
    void bringInLine() {
        Artifact known = artifact;
        if (!enabled()) {
            withdraw(PluginState.DISABLED, "is disabled", false);
        } else if (current == null && known != null) {
            try {
                run(known, ReloadOptions.gentle());
            } catch (PlugbayException shown) {
                LOG.debug("{} is enabled but does not start: {}", name, shown.detail());
            }
        }
    }

    /** Changes the configuration: checked, brought to the plugin, kept. Within an operation. */
    void configure(Function<Map<String, Object>, Map<String, Object>> change) {
        reconfiguration.change(requireArtifact().manifest(), change);
        news.configChanged();
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
        Map<String, Object> next = host.configs().resolved(now.manifest(), name);
        if (!next.equals(now.config())) {
            reconfiguration.bring(now, next);
            news.configChanged();
            afterConfigChange();
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

    /** Asks for health aside: what was wrong may be right now, or the other way round, and nobody should wait a minute to see it. */
    void healthSoon() {
        Thread.startVirtualThread(this::askHealthOnce);
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
        Health after = host.guard().run(asked, HEALTH, Optional.empty(), asked::askHealth);
        if (!after.equals(before)) {
            news.health(asked, after);
        }
        return after;
    }

    // --- views ---------------------------------------------------------------------------------------------------

    /** The artifacts that it needs. */
    Set<String> artifactsInUse() {
        Set<String> inUse = new HashSet<>();
        artifact().map(Artifact::sha256).ifPresent(inUse::add);
        Optional.ofNullable(waiting).map(Artifact::sha256).ifPresent(inUse::add);
        current().map(running -> running.artifact().sha256()).ifPresent(inUse::add);
        return inUse;
    }

    /** The artifact with this hash, if it knows it. */
    Optional<Artifact> artifactOf(String sha256) {
        return current()
                .map(Generation::artifact)
                .filter(one -> one.sha256().equals(sha256))
                .or(() -> artifact().filter(one -> one.sha256().equals(sha256)));
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
        return Optional.ofNullable(artifact);
    }

    Artifact requireArtifact() {
        Artifact known = artifact;
        if (known == null) {
            throw PlugbayException.of(ErrorCode.NOT_FOUND, "No usable artifact of " + plugin + " is known.")
                    .plugin(plugin)
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
    <T> T handle(Class<T> point, String extension) {
        return host.handles().handle(point, ref, extension);
    }

    /** Verdicts on its generations, oldest first. */
    List<UnloadVerdict> verdicts() {
        return host.verdicts().of(plugin, name);
    }
}
