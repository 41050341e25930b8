package dev.plugbay.runtime;

import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Registration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
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
    private final Instances instances;

    RuntimeHost(HostAssembly.Parts parts) {
        this.parts = parts;
        this.services = parts.services();
        this.registry = parts.registry();
        this.reconciler = parts.reconciler();
        this.desired = parts.desired();
        this.instances = reconciler.instances();
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
        return all(id, instance -> true, instance -> instance.withdraw(PluginState.UNLOADED, "was unloaded", true));
    }

    @Override
    public PluginStatus start(String id) {
        requireEnabled(registry.require(id).main(), false);
        return all(id, Instance::enabled, RuntimeHost::start);
    }

    @Override
    public PluginStatus stop(String id) {
        return all(id, instance -> true, instance -> instance.withdraw(PluginState.STOPPED, "was stopped", true));
    }

    @Override
    public PluginStatus reload(String id, ReloadOptions options) {
        ManagedPlugin plugin = registry.require(id);
        requireEnabled(plugin.main(), false);
        try (Reconciler.Pinned winner = winner(plugin)) {
            Predicate<Instance> asks = instance -> runsLater(plugin, instance, winner.artifact(), options);
            return all(id, Instance::enabled, asks, instance -> instance.run(winner.artifact(), options));
        }
    }

    /**
     * A handover that is asked for inside of a call which a handover would wait for, its own or another one, is done when that has ended; whether it is.
     */
    private boolean runsLater(ManagedPlugin plugin, Instance instance, Artifact winner, ReloadOptions options) {
        Predicate<String> waitedFor = name -> name.equals(instance.name())
                || registry.instance(name)
                        .filter(asking -> asking.handsOver(Optional.empty()))
                        .isPresent();
        boolean later = instance.enabled()
                && instance.handsOver(Optional.of(winner))
                && Behalf.of(CurrentCall.bound()).instances().stream().anyMatch(waitedFor);
        if (later) {
            plugin.want(winner);
            instance.runLater(winner, options, () -> plugin.unwant(winner));
        }
        return later;
    }

    /** What a reload goes to: what wins now, kept until the result is closed. */
    private Reconciler.Pinned winner(ManagedPlugin plugin) {
        Optional<Reconciler.Pinned> found = reconciler.look(plugin.id());
        try {
            Artifact winner = found.map(Reconciler.Pinned::artifact).orElseGet(plugin::requireArtifact);
            if (plugin.artifactOf(winner.sha256()).isPresent()) {
                reconciler.problem(plugin.id()).ifPresent(problem -> {
                    throw problem; // a newer file is there, and is the one that was meant
                });
            }
            return found.orElseGet(() -> new Reconciler.Pinned(winner, () -> {}));
        } catch (PlugbayException failure) {
            found.ifPresent(Reconciler.Pinned::close);
            throw failure;
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
        settings().plugin(id).filter(set -> set.enabled().isPresent()).ifPresent(set -> {
            throw Configs.setBy(id, id, "Whether " + id + " is enabled", set.origin());
        });
        desired.enable(id, enabled);
        return all(id, instance -> true, Instance::bringInLine);
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
        return services.verdicts().of(id, id);
    }

    @Override
    public void settleVerdicts() {
        services.verdicts().settle();
    }

    @Override
    public Map<String, Object> config(String id) {
        return config(id, id);
    }

    @Override
    public Map<String, Object> config(String id, String instance) {
        return services.configs().masked(manifest(registry.require(id).require(instance)), instance);
    }

    @Override
    public Map<String, Object> configSchema(String id) {
        return manifest(registry.require(id).main()).configSchema();
    }

    private Manifest manifest(Instance instance) {
        return instance.artifact()
                .orElseGet(() -> registry.require(instance.plugin()).requireArtifact())
                .manifest();
    }

    @Override
    public Map<String, Object> configure(String id, Map<String, ?> config) {
        return configure(id, id, config);
    }

    @Override
    public Map<String, Object> configure(String id, String instance, Map<String, ?> config) {
        return configured(id, instance, before -> Trees.copy(config));
    }

    @Override
    public Map<String, Object> patchConfig(String id, Map<String, ?> mergePatch) {
        return patchConfig(id, id, mergePatch);
    }

    @Override
    public Map<String, Object> patchConfig(String id, String instance, Map<String, ?> mergePatch) {
        return configured(id, instance, before -> Trees.merge(before, mergePatch));
    }

    private Map<String, Object> configured(
            String id, String name, Function<Map<String, Object>, Map<String, Object>> change) {
        Instance instance = instances.require(id, name);
        instance.operations().perform(() -> {
            instance.configure(change);
            return id;
        });
        return config(id, name);
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

    /** Performs an operation on instances of a plugin, at once; fails as the first of them did, the default one before the others. */
    private PluginStatus all(String id, Predicate<Instance> which, Consumer<Instance> operation) {
        return all(id, which, instance -> false, operation);
    }

    private PluginStatus all(
            String id, Predicate<Instance> which, Predicate<Instance> except, Consumer<Instance> operation) {
        ManagedPlugin plugin = registry.require(id);
        Map<Instance, CompletableFuture<Instance>> begun = new LinkedHashMap<>();
        plugin.instances().stream()
                .filter(which)
                .filter(instance -> !except.test(instance))
                .forEach(instance -> begun.put(
                        instance, instance.operations().decide(Operations.asked(() -> perform(instance, operation)))));
        begun.values().forEach(one -> one.handle((done, told) -> true).join());
        begun.forEach((instance, one) -> {
            boolean removedMeanwhile =
                    !instance.isDefault() && instance.operations().over();
            if (!removedMeanwhile && !waits(plugin, instance)) {
                Operations.await(one);
            }
        });
        return statusOf(id);
    }

    /** A plugin whose default instance waits for its configuration may be there for its others. */
    private static boolean waits(ManagedPlugin plugin, Instance instance) {
        return instance.state() == PluginState.LOADED && !plugin.running().isEmpty();
    }

    private static Instance perform(Instance instance, Consumer<Instance> operation) {
        operation.accept(instance);
        return instance;
    }

    private static void start(Instance instance) {
        if (instance.current().isEmpty()) {
            instance.run(instance.requireArtifact(), ReloadOptions.gentle());
        }
    }

    private static void requireEnabled(Instance instance, boolean itself) {
        String plugin = instance.plugin();
        if (!instance.wish().pluginEnabled()) {
            throw PlugbayException.of(
                            ErrorCode.CONFLICT, "Plugin " + plugin + " is disabled, so none of its code is run.")
                    .plugin(plugin)
                    .remedy("Enable it with: plugbay plugins enable " + plugin + ".")
                    .build();
        }
        if (itself && !instance.wish().enabled()) {
            String name = instance.name();
            throw PlugbayException.of(
                            ErrorCode.CONFLICT, "Instance " + name + " is disabled, so none of its code is run.")
                    .plugin(plugin)
                    .instance(name)
                    .remedy("Enable it with: plugbay plugins enable " + plugin + " --instance " + name + ".")
                    .build();
        }
    }

    // --- instances -----------------------------------------------------------------------------------------------

    @Override
    public List<PluginStatus.InstanceStatus> instances(String id) {
        return statusOf(id).instances();
    }

    @Override
    public Optional<PluginStatus.InstanceStatus> instance(String id, String name) {
        return registry.require(id).instance(name).map(this::statusOf);
    }

    @Override
    public PluginStatus.InstanceStatus addInstance(String id, String name, InstanceSpec spec) {
        return statusOf(instances.put(id, name, spec, true));
    }

    @Override
    public PluginStatus.InstanceStatus putInstance(String id, String name, InstanceSpec spec) {
        return statusOf(instances.put(id, name, spec, false));
    }

    @Override
    public void removeInstance(String id, String name, boolean purge) {
        instances.remove(id, name, purge);
    }

    @Override
    public PluginStatus.InstanceStatus load(String id, String name) {
        return start(id, name);
    }

    @Override
    public PluginStatus.InstanceStatus unload(String id, String name) {
        return one(id, name, instance -> instance.withdraw(PluginState.UNLOADED, "was unloaded", true));
    }

    @Override
    public PluginStatus.InstanceStatus start(String id, String name) {
        requireEnabled(instances.require(id, name), true);
        return one(id, name, RuntimeHost::start);
    }

    @Override
    public PluginStatus.InstanceStatus stop(String id, String name) {
        return one(id, name, instance -> instance.withdraw(PluginState.STOPPED, "was stopped", true));
    }

    @Override
    public PluginStatus.InstanceStatus reload(String id, String name, ReloadOptions options) {
        ManagedPlugin plugin = registry.require(id);
        requireEnabled(plugin.require(name), true);
        try (Reconciler.Pinned winner = winner(plugin)) {
            return runsLater(plugin, plugin.require(name), winner.artifact(), options)
                    ? statusOf(plugin.require(name))
                    : one(id, name, instance -> instance.run(winner.artifact(), options));
        }
    }

    @Override
    public PluginStatus.InstanceStatus enable(String id, String name) {
        return statusOf(instances.enable(id, name, true));
    }

    @Override
    public PluginStatus.InstanceStatus disable(String id, String name) {
        return statusOf(instances.enable(id, name, false));
    }

    @Override
    public Health health(String id, String name) {
        return instances.require(id, name).checkHealth();
    }

    @Override
    public List<UnloadVerdict> verdicts(String id, String name) {
        return instances.require(id, name).verdicts();
    }

    private PluginStatus.InstanceStatus one(String id, String name, Consumer<Instance> operation) {
        Instance instance = instances.require(id, name);
        return statusOf(instance.operations().perform(() -> perform(instance, operation)));
    }

    private PluginStatus.InstanceStatus statusOf(Instance instance) {
        return StatusView.of(instance);
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
