package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Removes a plugin: what was installed from what lasts, what was dropped from its folder; nothing of a system folder. */
final class Remover {
    private final HostServices services;
    private final Registry registry;
    private final Reconciler reconciler;
    private final DesiredState desired;

    Remover(HostServices services, Registry registry, Reconciler reconciler, DesiredState desired) {
        this.services = services;
        this.registry = registry;
        this.reconciler = reconciler;
        this.desired = desired;
    }

    void remove(String id, boolean purge) {
        Optional<ManagedPlugin> found = registry.find(id);
        if (found.isEmpty() && purge && isLeft(id)) {
            purge(id, Set.of());
            return;
        }
        ManagedPlugin plugin = registry.require(id);
        List<Candidate> candidates = reconciler.candidates(id);
        List<Candidate> fixed = candidates.stream()
                .filter(candidate -> candidate.folder().equals("bundled")
                        || candidate.folder().equals("system"))
                .toList();
        if (!fixed.isEmpty() && fixed.size() == candidates.size()) {
            throw PlugbayException.of(
                            ErrorCode.CONFLICT,
                            id + " comes with the host (" + fixed.getFirst().path() + "), so it is not removed.")
                    .plugin(id)
                    .remedy("Keep it from running with: plugbay plugins disable " + id + ".")
                    .build();
        }
        if (purge && !fixed.isEmpty()) {
            throw PlugbayException.of(
                            ErrorCode.CONFLICT,
                            id + " comes with the host too (" + fixed.getFirst().path()
                                    + "), and that version goes on with its data, so nothing was removed.")
                    .plugin(id)
                    .remedy("Remove only the version over it, and keep the data: plugbay plugins remove " + id + ".")
                    .build();
        }
        List<Path> files = candidates.stream()
                .filter(candidate ->
                        !fixed.contains(candidate) && !candidate.folder().equals("installed"))
                .map(Candidate::path)
                .toList();
        Set<Saving> before = plugin.instances().stream().map(Instance::saving).collect(Collectors.toSet());
        reconciler.forget(id, files, fixed.isEmpty(), () -> {
            files.forEach(file -> Purge.delete(id, file));
            if (desired.of(id).installed().isPresent()) {
                desired.install(id, Optional.empty());
            }
        });
        if (fixed.isEmpty()) {
            boolean first = end(plugin);
            registry.remove(plugin);
            if (first) {
                services.events().publish(RuntimeHost.event(services, "plugin.removed", id, Map.of("purged", purge)));
            }
        }
        if (purge) {
            purge(id, plugin.instances().stream().map(Instance::name).collect(Collectors.toSet()));
        }
        // What is left of it may be another version, and the answer comes when that runs.
        reconciler.scan(fixed.isEmpty() ? Reconciler.Act.BEGIN : Reconciler.Act.FINISH);
        if (fixed.isEmpty() && !purge) {
            services.retirements().requireSaved(plugin.instances(), before);
        }
    }

    private static boolean end(ManagedPlugin plugin) {
        try {
            return plugin.main().operations().perform(() -> plugin.end("was removed"));
        } catch (PlugbayException failure) {
            if (plugin.isOver()) {
                return false; // the watcher saw its file go, and was first
            }
            throw failure;
        }
    }

    /** Whether something is kept of a plugin that is not there any more. */
    private boolean isLeft(String id) {
        return Names.valid(id)
                && registry.names().holder(id).isEmpty()
                && (desired.knows(id) || registry.names().dataIsKept(id));
    }

    private void purge(String id, Set<String> instances) {
        Set<String> names = new TreeSet<>(instances);
        names.addAll(desired.of(id).instances().keySet());
        names.add(id);
        Purge.of(services, id, names);
        desired.forget(id);
        names.forEach(name -> registry.names().release(id, name));
    }
}
