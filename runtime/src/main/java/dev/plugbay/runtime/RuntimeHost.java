package dev.plugbay.runtime;

import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Registration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host: passes what is asked on to the plugin concerned. Made and ended by {@link HostAssembly}.
 *
 * <p>Shared by many threads; holds nothing that changes but the settings, which are one volatile field of {@link HostAssembly.Parts}.
 */
final class RuntimeHost implements PluginHost {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeHost.class);

    private final HostAssembly.Parts parts;
    private final HostServices services;
    private final Registry registry;
    private final Reconciler reconciler;
    private final DesiredState desired;

    RuntimeHost(HostAssembly.Parts parts) {
        this.parts = parts;
        this.services = parts.services();
        this.registry = parts.registry();
        this.reconciler = parts.reconciler();
        this.desired = parts.desired();
    }

    @Override
    public <T> T extension(Class<T> point, String instance) {
        return registry.handle(point, instance, Optional.empty())
                .orElseThrow(() -> registry.absent(point, instance, Optional.empty()));
    }

    @Override
    public <T> T extension(Class<T> point, String instance, String name) {
        return registry.handle(point, instance, Optional.of(name))
                .orElseThrow(() -> registry.absent(point, instance, Optional.of(name)));
    }

    @Override
    public <T> Optional<T> find(Class<T> point, String instance) {
        return registry.handle(point, instance, Optional.empty());
    }

    @Override
    public <T> List<ExtensionHandle<T>> extensions(Class<T> point) {
        return new LiveList<>(() -> registry.offering(point));
    }

    @Override
    public <R> R call(CallOptions options, Callable<R> work) throws Exception {
        return HostWork.call(options, work);
    }

    @Override
    public List<PluginStatus> plugins() {
        return registry.all().stream()
                .flatMap(plugin -> status(plugin).stream())
                .toList();
    }

    @Override
    public Optional<PluginStatus> plugin(String id) {
        return registry.find(id).flatMap(this::status);
    }

    @Override
    public List<Candidate> discover() {
        return reconciler.scan(Reconciler.Act.FINISH);
    }

    @Override
    public PluginStatus install(Path file, boolean dryRun) {
        return new Installer(services, registry, reconciler, desired, parts.admission(), parts.isolations())
                .install(file, dryRun, this::statusOf);
    }

    @Override
    public PluginStatus load(String id) {
        return start(id);
    }

    @Override
    public PluginStatus unload(String id) {
        return operate(id, instance -> instance.withdraw(PluginState.UNLOADED, "was unloaded", true));
    }

    @Override
    public PluginStatus start(String id) {
        requireEnabled(id);
        return operate(id, instance -> {
            if (instance.current().isEmpty()) {
                instance.run(instance.requireArtifact(), ReloadOptions.gentle());
            }
        });
    }

    @Override
    public PluginStatus stop(String id) {
        return operate(id, instance -> instance.withdraw(PluginState.STOPPED, "was stopped", true));
    }

    @Override
    public PluginStatus reload(String id, ReloadOptions options) {
        ManagedPlugin known = registry.require(id);
        requireEnabled(id);
        Optional<Reconciler.Pinned> found = reconciler.look(id);
        try {
            Artifact winner = found.map(Reconciler.Pinned::artifact).orElseGet(known.main()::requireArtifact);
            if (known.artifactOf(winner.sha256()).isPresent()) {
                reconciler.problem(id).ifPresent(problem -> {
                    throw problem; // a newer file is there, and is the one that was meant
                });
            }
            if (known.main().wouldWaitFor(Behalf.of(CurrentCall.bound()), winner)) {
                known.want(winner);
                known.main().runLater(winner, options, () -> known.unwant(winner));
                return statusOf(id);
            }
            return operate(id, instance -> instance.run(winner, options));
        } finally {
            found.ifPresent(Reconciler.Pinned::close);
        }
    }

    @Override
    public PluginStatus enable(String id) {
        return toggle(id, true);
    }

    @Override
    public PluginStatus disable(String id) {
        return toggle(id, false);
    }

    private PluginStatus toggle(String id, boolean enabled) {
        registry.require(id);
        PluginSettings set = settings().plugins().get(id);
        if (set != null && set.enabled().isPresent()) {
            throw PlugbayException.of(
                            ErrorCode.CONFLICT,
                            "Whether " + id + " is enabled is set by " + set.origin()
                                    + ", so it cannot be changed here.")
                    .plugin(id)
                    .detail("origin", set.origin())
                    .remedy("Change it there.")
                    .build();
        }
        return operate(id, instance -> {
            desired.enable(id, enabled);
            if (!enabled) {
                instance.withdraw(PluginState.DISABLED, "is disabled", false);
            } else if (instance.current().isEmpty() && instance.artifact().isPresent()) {
                try {
                    instance.run(instance.requireArtifact(), ReloadOptions.gentle());
                } catch (PlugbayException shown) {
                    LOG.debug("{} is enabled but does not start: {}", id, shown.detail());
                }
            }
        });
    }

    @Override
    public void remove(String id, boolean purge) {
        new Remover(services, registry, reconciler, desired).remove(id, purge);
    }

    @Override
    public Health health(String id) {
        return registry.require(id).main().checkHealth();
    }

    @Override
    public List<UnloadVerdict> verdicts(String id) {
        return services.verdicts().of(id);
    }

    @Override
    public void settleVerdicts() {
        services.verdicts().settle();
    }

    @Override
    public Map<String, Object> config(String id) {
        return services.configs()
                .masked(registry.require(id).main().requireArtifact().manifest());
    }

    @Override
    public Map<String, Object> configSchema(String id) {
        return registry.require(id).main().requireArtifact().manifest().configSchema();
    }

    @Override
    public Map<String, Object> configure(String id, Map<String, ?> config) {
        return configure(id, before -> Trees.copy(config));
    }

    @Override
    public Map<String, Object> patchConfig(String id, Map<String, ?> mergePatch) {
        return configure(id, before -> Trees.merge(before, mergePatch));
    }

    private Map<String, Object> configure(String id, Function<Map<String, Object>, Map<String, Object>> change) {
        Instance instance = registry.require(id).main();
        instance.operations().perform(() -> {
            instance.configure(change);
            return id;
        });
        return config(id);
    }

    @Override
    public Registration onEvent(Consumer<HostEvent> listener) {
        // A thread only while there is something to tell: none is left behind by who never unsubscribes.
        return services.events().subscribe(Thread::startVirtualThread, event -> {
            try {
                listener.accept(event);
            } catch (RuntimeException failure) {
                LOG.warn("A listener failed on {}: {}", event.type(), Failures.describe(failure));
            }
        });
    }

    @Override
    public HostSettings settings() {
        return parts.settings().get();
    }

    @Override
    public void apply(HostSettings settings) {
        parts.settings().set(settings);
        reconciler.settingsChanged();
        List<CompletableFuture<Instance>> brought = registry.instances().stream()
                .map(instance -> instance.operations().submit(() -> {
                    try {
                        instance.settingsChanged();
                    } catch (PlugbayException refused) {
                        instance.note(Problem.of(refused));
                    }
                    return instance;
                }))
                .toList();
        brought.forEach(one -> one.handle((done, removedMeanwhile) -> true).join());
    }

    @Override
    public Path home() {
        return services.home();
    }

    @Override
    public void close() {
        parts.close();
    }

    @Override
    public void close(Duration limit) {
        parts.close(Optional.of(limit));
    }

    private PluginStatus operate(String id, Consumer<Instance> operation) {
        Instance instance = registry.require(id).main();
        instance.operations().perform(() -> {
            operation.accept(instance);
            return id;
        });
        return statusOf(id);
    }

    private void requireEnabled(String id) {
        if (!registry.require(id).main().enabled()) {
            throw PlugbayException.of(ErrorCode.CONFLICT, "Plugin " + id + " is disabled, so none of its code is run.")
                    .plugin(id)
                    .remedy("Enable it with: plugbay plugins enable " + id + ".")
                    .build();
        }
    }

    private PluginStatus statusOf(String id) {
        return plugin(id).orElseThrow(() -> registry.absent(Object.class, id, Optional.empty()));
    }

    private Optional<PluginStatus> status(ManagedPlugin plugin) {
        return StatusView.of(plugin, reconciler.candidates(plugin.id()));
    }

    /** An event about a plugin as a whole. */
    static HostEvent event(HostServices services, String type, String plugin, Map<String, Object> data) {
        return new HostEvent(
                type, services.clock().instant(), Optional.of(plugin), Optional.of(plugin), OptionalInt.empty(), data);
    }
}
