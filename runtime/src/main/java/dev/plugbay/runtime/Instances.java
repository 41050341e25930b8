package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and ends the instances of a host's plugins: those that are kept, those that the settings name, and those that are added and removed while it
 * runs. An instance is made and ended by operations of its own.
 *
 * <p>A new instance's name is kept, durably, before any of its code runs: what it stores has an owner from the first byte on, whenever the host dies. If it is refused, what it
 * stored is deleted first and its name forgotten last.
 *
 * <p>Shared: {@code fresh} is a concurrent set of the names that were kept for an instance that has not come to be yet, so that what is stored under them is nobody's. A name
 * joins it within an operation of its instance, and what is kept under one is deleted only while {@link ManagedPlugin#purge} lets no instance of it be made.
 */
final class Instances {
    private static final Logger LOG = LoggerFactory.getLogger(Instances.class);

    private final HostServices services;
    private final Registry registry;
    private final DesiredState desired;
    private final Admission admission;
    private final Isolations isolations;
    private final Runnable changed;
    private final Set<String> fresh = ConcurrentHashMap.newKeySet();

    /**
     * Those of one host.
     *
     * @param changed told after each publish, each end of a generation, and when a name became free
     */
    Instances(
            HostServices services,
            Registry registry,
            DesiredState desired,
            Admission admission,
            Isolations isolations,
            Runnable changed) {
        this.services = services;
        this.registry = registry;
        this.desired = desired;
        this.admission = admission;
        this.isolations = isolations;
        this.changed = changed;
    }

    /** The plugin of an id with its instances, known from now on. */
    ManagedPlugin plugin(String id) {
        return registry.obtain(id, key -> new ManagedPlugin(key, wanted(key), name -> make(key, name)));
    }

    private Instance make(String plugin, String name) {
        Registry.Lasting lasting = registry.lasting(plugin, name);
        return new Instance(plugin, name, lasting, services, isolations, desired, admission, registry.names(), changed);
    }

    /** The named instances that a plugin should have. */
    private Set<String> wanted(String plugin) {
        Set<String> names = new TreeSet<>(desired.instances(plugin));
        names.removeIf(name -> !Names.valid(name)); // the store was written by somebody else
        for (String name : set(plugin).keySet()) {
            if (!name.equals(plugin)) {
                names.add(name);
                own(plugin, name);
            }
        }
        return names;
    }

    private Map<String, InstanceSettings> set(String plugin) {
        return services.settings()
                .get()
                .plugin(plugin)
                .map(PluginSettings::instances)
                .orElse(Map.of());
    }

    /** Takes the name of an instance that the settings name; one that is another plugin's is shown as its problem when it would start. */
    private void own(String plugin, String name) {
        try {
            registry.names().claim(plugin, name);
            desired.keepDataUnlessKept(plugin, name);
            fresh.remove(name);
        } catch (PlugbayException refused) {
            LOG.atWarn()
                    .addKeyValue("plugin", plugin)
                    .addKeyValue("instance", name)
                    .log("{}", refused.detail());
        }
    }

    /** Makes the instances that the settings name now, and ends those that they no longer do. */
    void settingsChanged() {
        for (ManagedPlugin plugin : registry.all()) {
            Set<String> wanted = wanted(plugin.id());
            for (Instance instance : plugin.instances()) {
                if (!instance.isDefault() && !wanted.contains(instance.name())) {
                    instance.shutDown("was taken out of the settings", PluginState.UNLOADED)
                            .join();
                    plugin.forget(instance);
                    tell("instance.removed", instance, Map.of("purged", false));
                }
            }
            for (String name : wanted) {
                if (plugin.instance(name).isEmpty() && !plugin.isOver()) {
                    tell("instance.added", plugin.obtain(name), Map.of());
                }
            }
        }
    }

    /**
     * Makes an instance, or replaces what is kept of it, and starts it; refused, it leaves what was.
     *
     * @param onlyNew whether one that is there is a {@link ErrorCode#CONFLICT}
     */
    Instance put(String id, String name, InstanceSpec spec, boolean onlyNew) {
        Names.check(id, name);
        ManagedPlugin plugin = registry.require(id);
        requireNotSet(id, name);
        registry.names().claim(id, name);
        try {
            while (true) {
                Instance instance = plugin.obtain(name);
                AtomicBoolean begun = new AtomicBoolean();
                try {
                    return instance.operations().perform(() -> {
                        begun.set(true);
                        put(plugin, instance, spec, onlyNew);
                        return instance;
                    });
                } catch (PlugbayException failure) {
                    boolean endedMeanwhile =
                            !begun.get() && instance.operations().over() && !plugin.isOver();
                    if (!endedMeanwhile) {
                        throw failure;
                    }
                    plugin.forget(instance);
                }
            }
        } catch (PlugbayException failure) {
            leaveNothing(plugin, name);
            throw failure;
        }
    }

    /** Deletes what an instance stored that was refused, and frees its name; unless it is there all the same, or was once. */
    private void leaveNothing(ManagedPlugin plugin, String name) {
        boolean kept = desired.instance(plugin.id(), name).isPresent();
        if ((kept && !fresh.contains(name)) || plugin.instance(name).isPresent()) {
            return; // who else makes it now clears up if that is refused too
        }
        try {
            plugin.purge(name, () -> {
                if (desired.instance(plugin.id(), name).isEmpty()) {
                    registry.names().release(plugin.id(), name);
                } else if (fresh.contains(name)) {
                    purge(plugin.id(), name);
                }
            });
        } catch (PlugbayException stays) {
            LOG.atWarn()
                    .addKeyValue("plugin", plugin.id())
                    .addKeyValue("instance", name)
                    .log("What a refused instance stored is kept: {}", stays.detail());
        }
    }

    private void put(ManagedPlugin plugin, Instance instance, InstanceSpec spec, boolean onlyNew) {
        boolean known = desired.instance(plugin.id(), instance.name())
                .filter(HostStore.InstanceEntry::present)
                .isPresent();
        if (known && onlyNew) {
            throw PlugbayException.of(
                            ErrorCode.CONFLICT, plugin.id() + " has an instance \"" + instance.name() + "\" already.")
                    .plugin(plugin.id())
                    .instance(instance.name())
                    .remedy("Change it with: plugbay config set " + plugin.id() + " --instance " + instance.name()
                            + " KEY=VALUE.")
                    .build();
        }
        if (known) {
            instance.reconfiguration().replace(spec);
            return;
        }
        try {
            registry.names()
                    .claim(plugin.id(), instance.name()); // once more: one that was refused meanwhile gave it back
            if (desired.keepDataUnlessKept(plugin.id(), instance.name())) {
                fresh.add(instance.name());
            }
            instance.reconfiguration().begin(plugin.requireArtifact(), spec);
            fresh.remove(instance.name());
        } catch (PlugbayException failure) {
            instance.end("was not added");
            plugin.forget(instance);
            throw failure;
        }
        tell("instance.added", instance, Map.of());
    }

    /** Removes an instance, and answers with it if it was there; its storage and data folder are kept unless {@code purge}. */
    Optional<Instance> remove(String id, String name, boolean purge) {
        Names.check(id, name);
        ManagedPlugin plugin = registry.require(id);
        if (name.equals(id)) {
            throw PlugbayException.of(
                            ErrorCode.CONFLICT, "\"" + id + "\" is the default instance, which every plugin has.")
                    .plugin(id)
                    .instance(name)
                    .remedy("Keep it from running with: plugbay plugins disable " + id + " --instance " + id + ".")
                    .build();
        }
        requireNotSet(id, name);
        boolean kept = desired.instance(id, name).isPresent();
        Optional<Instance> found = plugin.instance(name);
        if (found.isEmpty() && !(kept && purge)) {
            plugin.require(name);
        }
        found.ifPresent(instance -> {
            instance.operations().perform(() -> {
                desired.keepData(id, name);
                instance.end("was removed");
                plugin.forget(instance);
                return name;
            });
            tell("instance.removed", instance, Map.of("purged", purge));
        });
        if (purge) {
            plugin.purge(name, () -> purge(id, name));
        }
        return found;
    }

    private void purge(String id, String name) {
        Purge.of(services, id, Set.of(name));
        desired.forget(id, name);
        fresh.remove(name);
        registry.names().release(id, name);
        changed.run(); // a plugin may wait for its name
    }

    private void requireNotSet(String id, String name) {
        services.settings().get().instance(id, name).ifPresent(set -> {
            throw Configs.setBy(id, name, "The instance " + name + " of " + id, set.origin());
        });
    }

    /** The instance of a plugin, or {@link ErrorCode#NOT_FOUND}. */
    Instance require(String id, String name) {
        return registry.require(id).require(name);
    }

    /** Enables or disables one instance; lasts. */
    Instance enable(String id, String name, boolean enabled) {
        Instance instance = require(id, name);
        services.settings()
                .get()
                .instance(id, name)
                .ifPresent(set -> set.enabled().ifPresent(fixed -> {
                    throw Configs.setBy(id, name, "Whether " + name + " is enabled", set.origin());
                }));
        return instance.operations().perform(() -> {
            desired.enable(id, name, enabled);
            instance.bringInLine();
            return instance;
        });
    }

    private void tell(String type, Instance instance, Map<String, Object> data) {
        services.events()
                .publish(new HostEvent(
                        type,
                        services.clock().instant(),
                        Optional.of(instance.plugin()),
                        Optional.of(instance.name()),
                        OptionalInt.empty(),
                        data));
    }

    /** Waits for all of these, and fails as the first of them did, in their order. */
    static void await(List<? extends CompletableFuture<?>> operations) {
        operations.forEach(operation -> operation.handle((done, told) -> true).join());
        operations.forEach(Operations::await);
    }
}
