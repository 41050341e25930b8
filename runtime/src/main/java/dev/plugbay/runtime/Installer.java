package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Installs an artifact: into the store, then into force, then into what lasts; refused at any step, it leaves nothing. */
final class Installer {
    private final HostServices services;
    private final Registry registry;
    private final Reconciler reconciler;
    private final DesiredState desired;
    private final Admission admission;
    private final Isolations isolations;

    Installer(
            HostServices services,
            Registry registry,
            Reconciler reconciler,
            DesiredState desired,
            Admission admission,
            Isolations isolations) {
        this.services = services;
        this.registry = registry;
        this.reconciler = reconciler;
        this.desired = desired;
        this.admission = admission;
        this.isolations = isolations;
    }

    PluginStatus install(Path file, boolean dryRun, Function<String, PluginStatus> status) {
        try (Pins.Pinned pinned = reconciler.ingest(file)) {
            Artifact artifact = pinned.artifact();
            String id = artifact.manifest().id();
            reconciler.requireAllowed(id);
            requireNewest(artifact);
            if (dryRun) {
                requireFree(id);
                admission.check(artifact, services.settings().get());
                isolations.of(id, services.settings().get()).inspect(artifact);
                return StatusView.preview(artifact);
            }
            put(artifact);
            reconciler.scan(Reconciler.Act.BEGIN);
            return status.apply(id);
        }
    }

    private void put(Artifact artifact) {
        AtomicBoolean begun = new AtomicBoolean();
        while (true) {
            ManagedPlugin plugin = reconciler.plugin(artifact.manifest().id());
            try {
                plugin.main().operations().perform(() -> {
                    begun.set(true);
                    put(plugin, artifact);
                    return plugin;
                });
                offerToOthers(plugin, artifact);
                return;
            } catch (PlugbayException failure) {
                boolean removedMeanwhile = !begun.get() && plugin.isOver() && !reconciler.closed();
                if (!removedMeanwhile) {
                    throw failure;
                }
                registry.remove(plugin);
            }
        }
    }

    private void put(ManagedPlugin plugin, Artifact artifact) {
        Optional<Artifact> before = plugin.main().artifact();
        try {
            Optional<Generation> current = plugin.main().current();
            if (current.isPresent() && current.get().artifact().sha256().equals(artifact.sha256())) {
                desired.install(plugin.id(), Optional.of(artifact.sha256()));
                return;
            }
            plugin.main().run(artifact, ReloadOptions.gentle());
        } catch (PlugbayException failure) {
            boolean waits = plugin.main().current().isEmpty() && plugin.main().state() == PluginState.LOADED;
            if (!waits) {
                if (before.isEmpty()) {
                    plugin.end("was not installed");
                    registry.remove(plugin);
                } else {
                    plugin.main().know(before.get());
                }
                throw failure;
            }
        }
        try {
            desired.install(plugin.id(), Optional.of(artifact.sha256()));
        } catch (PlugbayException notKept) {
            takeBack(plugin, before);
            throw notKept;
        }
    }

    /** What could not be kept is not in force either. */
    private void takeBack(ManagedPlugin plugin, Optional<Artifact> before) {
        if (before.isEmpty()) {
            plugin.end("was not installed");
            registry.remove(plugin);
            return;
        }
        try {
            plugin.main().run(before.get(), ReloadOptions.gentle());
        } catch (PlugbayException failure) {
            plugin.main().know(before.get());
        }
    }

    /** Fails if loading it would, because an instance has its id as its name. */
    private void requireFree(String id) {
        if (registry.find(id).isEmpty() && registry.names().claim(id, id)) {
            registry.names().release(id, id);
        }
    }

    /** Offers it to the other instances, each for itself: one that fails goes on as it was, and says so as its problem. */
    private static void offerToOthers(ManagedPlugin plugin, Artifact artifact) {
        plugin.want(artifact);
        try {
            plugin.instances().stream()
                    .filter(instance -> !instance.isDefault())
                    .map(instance -> instance.operations().decide(() -> {
                        instance.consider(artifact);
                        return instance;
                    }))
                    .toList()
                    .forEach(offered ->
                            offered.handle((done, shownAsProblem) -> true).join());
        } finally {
            plugin.unwant(artifact);
        }
    }

    private void requireNewest(Artifact artifact) {
        String id = artifact.manifest().id();
        reconciler
                .winner(id)
                .filter(now ->
                        now.manifest().version().compareTo(artifact.manifest().version()) > 0)
                .ifPresent(newer -> {
                    throw PlugbayException.of(
                                    ErrorCode.CONFLICT,
                                    id + " " + newer.manifest().version()
                                            + " is there already, and the highest version wins over "
                                            + artifact.manifest().version() + ".")
                            .plugin(id)
                            .remedy("Remove the newer one first: plugbay plugins remove " + id + ".")
                            .build();
                });
    }
}
