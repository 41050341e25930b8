package dev.plugbay.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What comes of a scan: each plugin is offered what won for it, after those that it requires, and is told when nothing of it is left. Used within scans; what it begins runs
 * as operations of the instances, which look again at what was found last.
 */
final class Offers {
    private final HostServices services;
    private final Registry registry;
    private final DesiredState desired;
    private final Instances instances;
    private final Pins pins;
    private final Supplier<Findings> found;
    private final Runnable lookAgain;

    /**
     * Those of one host.
     *
     * @param found what the last scan found
     * @param lookAgain asks for a scan
     */
    Offers(
            HostServices services,
            Registry registry,
            DesiredState desired,
            Instances instances,
            Pins pins,
            Supplier<Findings> found,
            Runnable lookAgain) {
        this.services = services;
        this.registry = registry;
        this.desired = desired;
        this.instances = instances;
        this.pins = pins;
        this.found = found;
        this.lookAgain = lookAgain;
    }

    /** How often each instance was decided on by hand until now. */
    Map<String, Integer> decisions() {
        Map<String, Integer> decisions = new HashMap<>();
        registry.instances()
                .forEach(instance ->
                        decisions.put(instance.name(), instance.operations().decisions()));
        return decisions;
    }

    /** Begins what is to be done about a selection; {@code decisions} are those from before the look on which it stands. */
    List<CompletableFuture<?>> make(
            Selection.Result result,
            Map<String, Artifact> winners,
            HostSettings settings,
            Map<String, Integer> decisions) {
        List<CompletableFuture<?>> begun = new ArrayList<>();
        StartOrder order =
                StartOrder.of(winners.values().stream().map(Artifact::manifest).toList());
        Map<String, CompletableFuture<?>> started = new HashMap<>();
        for (String id : order.ids()) {
            Selection.Choice choice = Objects.requireNonNull(result.choices().get(id));
            Artifact winner = Objects.requireNonNull(winners.get(id));
            CompletableFuture<?> operation = offer(choice, winner, settings, started, decisions);
            started.put(id, operation);
            begun.add(operation);
        }
        order.refused()
                .forEach((id, circle) -> instances
                        .plugin(id)
                        .instances()
                        .forEach(instance -> begun.add(instance.operations().submit(() -> {
                            instance.know(Objects.requireNonNull(winners.get(id)));
                            instance.note(Problem.of(circle));
                            return id;
                        }))));
        for (Selection.Choice choice : result.choices().values()) {
            if (choice.pick().isEmpty()
                    && !choice.candidates().isEmpty()
                    && choice.held().isEmpty()) {
                instances.plugin(choice.id()); // known by its refused candidates, so that it can be shown
            }
        }
        for (ManagedPlugin plugin : registry.all()) {
            Selection.Choice choice = result.choices().get(plugin.id());
            if (choice == null
                    || (choice.pick().isEmpty() && choice.candidates().isEmpty())) {
                begun.add(plugin.main().operations().submit(() -> gone(plugin)));
            }
        }
        return begun;
    }

    private CompletableFuture<?> offer(
            Selection.Choice choice,
            Artifact winner,
            HostSettings settings,
            Map<String, CompletableFuture<?>> started,
            Map<String, Integer> decisions) {
        ManagedPlugin plugin = instances.plugin(choice.id());
        Path source = choice.pick().map(Selection.Pick::path).orElse(winner.folder());
        List<CompletableFuture<?>> needed = new ArrayList<>();
        winner.manifest().requires().plugins().keySet().forEach(id -> {
            if (started.get(id) != null) {
                needed.add(started.get(id));
            }
        });
        plugin.want(winner);
        List<CompletableFuture<?>> offered = new ArrayList<>();
        for (Instance instance : plugin.instances()) {
            offered.add(instance.operations().submit(() -> {
                needed.forEach(operation ->
                        operation.handle((done, shownAsProblem) -> true).join());
                if (!found.get().winner(plugin.id()).equals(Optional.of(winner))) {
                    return instance; // another won meanwhile, and its turn comes
                }
                if (instance.operations().decisions() != decisions.getOrDefault(instance.name(), 0)) {
                    lookAgain.run(); // somebody decided by hand after this scan had looked
                    return instance;
                }
                plugin.cameFrom(winner, source);
                take(instance, winner, choice, settings.autoload());
                return instance;
            }));
        }
        return CompletableFuture.allOf(offered.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> plugin.unwant(winner));
    }

    private static void take(Instance instance, Artifact winner, Selection.Choice choice, boolean autoload) {
        if (choice.held().isPresent()) {
            instance.know(winner);
            if (instance.current().isPresent()) {
                instance.withdraw(
                        PluginState.UNLOADED,
                        "may not be loaded: " + choice.held().get(),
                        false);
            }
        } else if (autoload || instance.current().isPresent()) {
            instance.consider(winner);
        } else {
            instance.know(winner);
        }
    }

    private ManagedPlugin gone(ManagedPlugin plugin) {
        boolean back = !found.get().candidates(plugin.id()).isEmpty();
        boolean beingInstalled = plugin.main().artifact().map(pins::contains).orElse(!pins.isEmpty());
        if (back || beingInstalled || desired.of(plugin.id()).installed().isPresent()) {
            return plugin;
        }
        boolean known = plugin.main().artifact().isPresent();
        boolean first = plugin.end("was removed");
        registry.remove(plugin);
        if (known && first) {
            services.events()
                    .publish(RuntimeHost.event(services, "plugin.removed", plugin.id(), Map.of("purged", false)));
        }
        return plugin;
    }
}
