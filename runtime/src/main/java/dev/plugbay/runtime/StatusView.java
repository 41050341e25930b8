package dev.plugbay.runtime;

import dev.plugbay.api.Health;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Puts together what is known of a plugin at one moment. */
final class StatusView {
    private StatusView() {}

    /**
     * A plugin's status.
     *
     * @param candidates its candidates, from the last scan
     */
    static Optional<PluginStatus> of(ManagedPlugin plugin, List<Candidate> candidates) {
        Instance main = plugin.main();
        Optional<Generation> current = main.current();
        Optional<Artifact> artifact = current.map(Generation::artifact).or(main::artifact);
        Optional<Manifest> manifest = artifact.map(Artifact::manifest);
        Optional<Candidate> refused = candidates.stream()
                .filter(candidate -> candidate.outcome() == Candidate.Outcome.REFUSED)
                .findFirst();
        if (manifest.isEmpty() && refused.isEmpty()) {
            return Optional.empty();
        }
        Health health = current.map(Generation::health).orElse(Health.unknown());
        OptionalInt generation =
                current.map(running -> OptionalInt.of(running.generation())).orElse(OptionalInt.empty());
        PluginState state = manifest.isEmpty() ? PluginState.FAILED : main.state();
        Optional<Problem> problem = main.problem();
        if (problem.isEmpty()) {
            problem = refused.flatMap(Candidate::problem);
        }
        return Optional.of(new PluginStatus(
                plugin.id(),
                manifest.map(Manifest::name).orElse(plugin.id()),
                manifest.map(Manifest::version)
                        .map(Version::toString)
                        .or(() -> refused.flatMap(Candidate::version))
                        .orElse("0.0.0"),
                manifest.flatMap(Manifest::description),
                manifest.flatMap(Manifest::author),
                manifest.flatMap(Manifest::license),
                manifest.flatMap(Manifest::homepage),
                manifest.map(Manifest::capabilities).orElse(List.of()),
                generation,
                state,
                main.wish().pluginEnabled(),
                "in-process",
                artifact.map(stored -> "sha256:" + stored.sha256()),
                candidates.stream()
                        .filter(candidate -> candidate.outcome() == Candidate.Outcome.WON)
                        .map(Candidate::path)
                        .findFirst(),
                candidates,
                current.flatMap(Generation::publishedAt),
                health,
                plugin.instances().stream().map(StatusView::of).toList(),
                plugin.running().stream()
                        .flatMap(running -> offers(running).stream())
                        .toList(),
                problem,
                main.verdicts()));
    }

    /** An instance's status. */
    static PluginStatus.InstanceStatus of(Instance instance) {
        Optional<Generation> current = instance.current();
        return new PluginStatus.InstanceStatus(
                instance.name(),
                instance.plugin(),
                current.map(Generation::artifact)
                        .or(instance::artifact)
                        .map(artifact -> artifact.manifest().version().toString()),
                current.map(running -> OptionalInt.of(running.generation())).orElse(OptionalInt.empty()),
                instance.state(),
                instance.wish().enabled(),
                current.flatMap(Generation::publishedAt),
                current.map(Generation::health).orElse(Health.unknown()),
                instance.wish().origin(),
                instance.problem(),
                instance.verdicts());
    }

    /** What an artifact would be, of which nothing is loaded. */
    static PluginStatus preview(Artifact artifact) {
        Manifest manifest = artifact.manifest();
        return new PluginStatus(
                manifest.id(),
                manifest.name(),
                manifest.version().toString(),
                manifest.description(),
                manifest.author(),
                manifest.license(),
                manifest.homepage(),
                manifest.capabilities(),
                OptionalInt.empty(),
                PluginState.DISCOVERED,
                true,
                "in-process",
                Optional.of("sha256:" + artifact.sha256()),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Health.unknown(),
                List.of(),
                manifest.extensions().stream()
                        .map(extension ->
                                new PluginStatus.OfferedExtension(extension.point(), extension.name(), manifest.id()))
                        .toList(),
                Optional.empty(),
                List.of());
    }

    private static List<PluginStatus.OfferedExtension> offers(Generation generation) {
        return generation.offers().stream()
                .map(offer ->
                        new PluginStatus.OfferedExtension(offer.point().getName(), offer.name(), generation.instance()))
                .toList();
    }
}
