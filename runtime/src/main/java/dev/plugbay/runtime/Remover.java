package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        List<Path> files = candidates.stream()
                .filter(candidate ->
                        !fixed.contains(candidate) && !candidate.folder().equals("installed"))
                .map(Candidate::path)
                .toList();
        reconciler.forget(id, files, fixed.isEmpty(), () -> {
            files.forEach(file -> delete(id, file));
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
            purge(plugin);
        }
        // What is left of it may be another version, and the answer comes when that runs.
        reconciler.scan(fixed.isEmpty() ? Reconciler.Act.BEGIN : Reconciler.Act.FINISH);
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

    private void purge(ManagedPlugin plugin) {
        try {
            Duration limit = services.settings()
                    .get()
                    .drain()
                    .plus(services.settings().get().hookTimeout());
            if (!services.retirements().await(names(plugin)::contains, limit)) {
                throw PlugbayException.of(
                                ErrorCode.BUSY,
                                plugin.id() + " was removed, but calls still run on it, so its data was kept.")
                        .plugin(plugin.id())
                        .remedy("Purge it again when they have ended.")
                        .build();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        desired.forget(plugin.id());
        services.store().purge(plugin.id());
        delete(plugin.id(), services.home().resolve("data").resolve(plugin.id()));
    }

    private static Set<String> names(ManagedPlugin plugin) {
        return plugin.instances().stream().map(Instance::name).collect(Collectors.toSet());
    }

    private static void delete(String id, Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw PlugbayException.of(ErrorCode.UNAVAILABLE, path + " cannot be deleted: " + failure.getMessage())
                    .plugin(id)
                    .remedy("Delete it by hand.")
                    .build();
        }
    }
}
