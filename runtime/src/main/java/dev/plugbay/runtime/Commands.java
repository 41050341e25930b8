package dev.plugbay.runtime;

import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What somebody asks of plugins and their instances by hand, as operations of those; each returns when it is done. Holds nothing that changes. */
final class Commands {
    private final HostServices services;
    private final Registry registry;
    private final Reconciler reconciler;
    private final DesiredState desired;

    Commands(HostServices services, Registry registry, Reconciler reconciler, DesiredState desired) {
        this.services = services;
        this.registry = registry;
        this.reconciler = reconciler;
        this.desired = desired;
    }

    // --- on plugins ----------------------------------------------------------------------------------------------

    /** Starts the instances that are enabled and do not run. */
    void start(String id) {
        requireEnabled(registry.require(id).main(), false);
        all(id, Instance::enabled, Commands::start);
    }

    /** Withdraws all instances; {@code state} is where they then rest. Fails when one has, but could not save what it knew. */
    void withdraw(String id, PluginState state, String why) {
        all(id, instance -> true, instance -> instance.withdraw(state, why, true));
        requireSaved(id);
    }

    /** Reloads the instances that are enabled, to what wins now. */
    void reload(String id, ReloadOptions options) {
        ManagedPlugin plugin = registry.require(id);
        requireEnabled(plugin.main(), false);
        try (Pins.Pinned winner = winner(plugin)) {
            Predicate<Instance> asks = instance -> runsLater(plugin, instance, winner.artifact(), options);
            all(id, Instance::enabled, asks, instance -> instance.run(winner.artifact(), options));
        }
    }

    /** Enables or disables a plugin; lasts. */
    void enable(String id, boolean enabled) {
        registry.require(id);
        services.settings()
                .get()
                .plugin(id)
                .filter(set -> set.enabled().isPresent())
                .ifPresent(set -> {
                    throw Configs.setBy(id, id, "Whether " + id + " is enabled", set.origin());
                });
        desired.enable(id, enabled);
        all(id, instance -> true, Instance::bringInLine);
        if (!enabled) {
            requireSaved(id);
        }
    }

    // --- on one instance -----------------------------------------------------------------------------------------

    /** Starts it unless it runs. */
    Instance start(String id, String name) {
        requireEnabled(require(id, name), true);
        return perform(id, name, Commands::start);
    }

    /** Withdraws it; {@code state} is where it then rests. Fails when it has, but could not save what it knew. */
    Instance withdraw(String id, String name, PluginState state, String why) {
        Instance withdrawn = perform(id, name, instance -> instance.withdraw(state, why, true));
        services.retirements().requireSaved(List.of(withdrawn));
        return withdrawn;
    }

    /** Reloads it, to what wins now. */
    Instance reload(String id, String name, ReloadOptions options) {
        ManagedPlugin plugin = registry.require(id);
        Instance instance = plugin.require(name);
        requireEnabled(instance, true);
        try (Pins.Pinned winner = winner(plugin)) {
            return runsLater(plugin, instance, winner.artifact(), options)
                    ? instance
                    : perform(id, name, one -> one.run(winner.artifact(), options));
        }
    }

    /** Performs an operation on it. */
    Instance perform(String id, String name, Consumer<Instance> operation) {
        Instance instance = require(id, name);
        return instance.operations().perform(() -> done(instance, operation));
    }

    // --- how -----------------------------------------------------------------------------------------------------

    private void requireSaved(String id) {
        services.retirements().requireSaved(registry.require(id).instances());
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
    private Pins.Pinned winner(ManagedPlugin plugin) {
        Optional<Pins.Pinned> found = reconciler.look(plugin.id());
        try {
            Artifact winner = found.map(Pins.Pinned::artifact).orElseGet(plugin::requireArtifact);
            if (plugin.artifactOf(winner.sha256()).isPresent()) {
                reconciler.problem(plugin.id()).ifPresent(problem -> {
                    throw problem; // a newer file is there, and is the one that was meant
                });
            }
            return found.orElseGet(() -> new Pins.Pinned(winner, () -> {}));
        } catch (PlugbayException failure) {
            found.ifPresent(Pins.Pinned::close);
            throw failure;
        }
    }

    /** Performs an operation on instances of a plugin, at once; fails as the first of them did, the default one before the others. */
    private void all(String id, Predicate<Instance> which, Consumer<Instance> operation) {
        all(id, which, instance -> false, operation);
    }

    private void all(String id, Predicate<Instance> which, Predicate<Instance> except, Consumer<Instance> operation) {
        ManagedPlugin plugin = registry.require(id);
        Map<Instance, CompletableFuture<Instance>> begun = new LinkedHashMap<>();
        plugin.instances().stream()
                .filter(which)
                .filter(instance -> !except.test(instance))
                .forEach(instance -> begun.put(
                        instance, instance.operations().decide(Operations.asked(() -> done(instance, operation)))));
        begun.values().forEach(one -> one.handle((done, told) -> true).join());
        begun.forEach((instance, one) -> {
            boolean removedMeanwhile =
                    !instance.isDefault() && instance.operations().over();
            if (!removedMeanwhile && !waits(plugin, instance)) {
                Operations.await(one);
            }
        });
    }

    /** A plugin whose default instance waits for its configuration may be there for its others. */
    private static boolean waits(ManagedPlugin plugin, Instance instance) {
        return instance.state() == PluginState.LOADED && !plugin.running().isEmpty();
    }

    private static Instance done(Instance instance, Consumer<Instance> operation) {
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

    private Instance require(String id, String name) {
        return registry.require(id).require(name);
    }
}
