package dev.plugbay.runtime;

import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Registration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    private final Commands commands;

    RuntimeHost(HostAssembly.Parts parts) {
        this.parts = parts;
        this.services = parts.services();
        this.registry = parts.registry();
        this.reconciler = parts.reconciler();
        this.desired = parts.desired();
        this.instances = reconciler.instances();
        this.commands = new Commands(services, registry, reconciler, desired);
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
        commands.withdraw(id, PluginState.UNLOADED, "was unloaded");
        return statusOf(id);
    }

    @Override
    public PluginStatus start(String id) {
        commands.start(id);
        return statusOf(id);
    }

    @Override
    public PluginStatus stop(String id) {
        commands.withdraw(id, PluginState.STOPPED, "was stopped");
        return statusOf(id);
    }

    @Override
    public PluginStatus reload(String id, ReloadOptions options) {
        commands.reload(id, options);
        return statusOf(id);
    }

    @Override
    public PluginStatus enable(String id) {
        commands.enable(id, true);
        return statusOf(id);
    }

    @Override
    public PluginStatus disable(String id) {
        commands.enable(id, false);
        return statusOf(id);
    }

    @Override
    public void remove(String id, boolean purge) {
        new Remover(services, registry, reconciler, desired).remove(id, purge);
    }

    @Override
    public Health health(String id) {
        return registry.require(id).main().health().ask();
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
        commands.perform(id, name, instance -> instance.reconfiguration().change(change));
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
                        instance.reconfiguration().settingsChanged();
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
        Set<Saving> before = savings(id, name);
        Instance put = instances.put(id, name, spec, false);
        if (!spec.enabled()) {
            services.retirements().requireSaved(List.of(put), before);
        }
        return statusOf(put);
    }

    @Override
    public void removeInstance(String id, String name, boolean purge) {
        Set<Saving> before = savings(id, name);
        Optional<Instance> removed = instances.remove(id, name, purge);
        if (!purge) {
            services.retirements().requireSaved(removed.stream().toList(), before);
        }
    }

    private Set<Saving> savings(String id, String name) {
        return registry.require(id).instance(name).map(Instance::saving).stream()
                .collect(Collectors.toSet());
    }

    @Override
    public PluginStatus.InstanceStatus load(String id, String name) {
        return start(id, name);
    }

    @Override
    public PluginStatus.InstanceStatus unload(String id, String name) {
        return statusOf(commands.withdraw(id, name, PluginState.UNLOADED, "was unloaded"));
    }

    @Override
    public PluginStatus.InstanceStatus start(String id, String name) {
        return statusOf(commands.start(id, name));
    }

    @Override
    public PluginStatus.InstanceStatus stop(String id, String name) {
        return statusOf(commands.withdraw(id, name, PluginState.STOPPED, "was stopped"));
    }

    @Override
    public PluginStatus.InstanceStatus reload(String id, String name, ReloadOptions options) {
        return statusOf(commands.reload(id, name, options));
    }

    @Override
    public PluginStatus.InstanceStatus enable(String id, String name) {
        return statusOf(instances.enable(id, name, true));
    }

    @Override
    public PluginStatus.InstanceStatus disable(String id, String name) {
        Instance disabled = instances.enable(id, name, false);
        services.retirements().requireSaved(List.of(disabled));
        return statusOf(disabled);
    }

    @Override
    public Health health(String id, String name) {
        return instances.require(id, name).health().ask();
    }

    @Override
    public List<UnloadVerdict> verdicts(String id, String name) {
        return instances.require(id, name).verdicts();
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
