package dev.plugbay.runtime;

import dev.plugbay.api.PlugbayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The artifacts behind a selection: what runs and what was installed goes into it, and what won is in the store afterwards. Used within scans only. */
final class Winners {
    private final HostServices services;
    private final Registry registry;
    private final DesiredState desired;
    private final Discovery discovery;

    Winners(HostServices services, Registry registry, DesiredState desired, Discovery discovery) {
        this.services = services;
        this.registry = registry;
        this.desired = desired;
        this.discovery = discovery;
    }

    /** Finds each winner's artifact, in memory or by storing its file; whether one of them turned out to be refused. */
    boolean fetch(
            Selection.Result result,
            Map<String, Artifact> before,
            Map<String, Artifact> winners,
            UnusableArtifacts unusable) {
        boolean refused = false;
        for (Selection.Choice choice : result.choices().values()) {
            Selection.Pick pick = choice.pick().orElse(null);
            if (pick == null) {
                continue;
            }
            Optional<Artifact> known = registry.find(pick.id())
                    .flatMap(plugin -> plugin.artifactOf(pick.sha256()))
                    .or(() -> Optional.ofNullable(before.get(pick.id()))
                            .filter(artifact -> artifact.sha256().equals(pick.sha256())));
            if (known.isPresent()) {
                winners.put(pick.id(), known.get());
            } else if (pick.sighting().isPresent()) {
                refused |= !store(pick, pick.sighting().get(), winners, unusable);
            } else {
                services.artifacts().open(pick.sha256()).ifPresent(stored -> winners.put(pick.id(), stored));
            }
        }
        return refused;
    }

    private boolean store(
            Selection.Pick pick, Sighting sighting, Map<String, Artifact> winners, UnusableArtifacts unusable) {
        try {
            Artifact stored = services.artifacts().ingest(pick.path());
            if (stored.sha256().equals(pick.sha256())) {
                winners.put(pick.id(), stored);
            } else {
                discovery.forget(pick.path()); // it changed since it was looked at
            }
            return true;
        } catch (PlugbayException problem) {
            discovery.refuse(sighting, problem);
            unusable.add(pick.id(), problem);
            return false;
        }
    }

    /** What was installed and is intact. */
    List<Selection.Installed> installed(Map<String, Artifact> before, UnusableArtifacts unusable) {
        List<Selection.Installed> installed = new ArrayList<>();
        desired.installed().forEach((id, sha256) -> {
            try {
                registry.find(id)
                        .flatMap(plugin -> plugin.artifactOf(sha256))
                        .or(() -> Optional.ofNullable(before.get(id))
                                .filter(artifact -> artifact.sha256().equals(sha256)))
                        .or(() -> services.artifacts().open(sha256))
                        .ifPresentOrElse(
                                artifact -> installed.add(new Selection.Installed(
                                        id, artifact.manifest().version(), sha256, artifact.folder())),
                                () -> unusable.gone(id, sha256));
            } catch (PlugbayException corrupt) {
                unusable.add(id, corrupt);
            }
        });
        return installed;
    }

    /** What each plugin runs, or would: it stands in while its file is being written, broken or just gone. */
    List<Selection.Running> running() {
        List<Selection.Running> running = new ArrayList<>();
        for (ManagedPlugin plugin : registry.all()) {
            plugin.main()
                    .current()
                    .map(Generation::artifact)
                    .or(plugin.main()::artifact)
                    .ifPresent(artifact -> running.add(new Selection.Running(
                            plugin.id(), artifact.manifest().version(), artifact.sha256(), plugin.sourceOf(artifact))));
        }
        return running;
    }
}
