package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One plugin: its instances, and where its artifacts came from.
 *
 * <p>Shared: {@code sources} and {@code wanted} are concurrent maps that scans and operations change. {@code instances} changes, and {@code over} and
 * {@code purging} are used, with this object's monitor held, so that no instance is made while the plugin ends or the data of its name is deleted; anybody reads the
 * first two. The default instance is always there.
 */
final class ManagedPlugin {
    private final String id;
    private final Function<String, Instance> maker;
    private final Instance main;
    private final Map<String, Instance> instances = new ConcurrentHashMap<>();
    private final Set<String> purging = new HashSet<>();
    private final Map<String, Path> sources = new ConcurrentHashMap<>();
    private final Map<String, Integer> wanted = new ConcurrentHashMap<>();
    private volatile @Nullable String over;

    /**
     * A plugin of which nothing is loaded yet.
     *
     * @param named its further instances
     * @param maker makes the instance of a name
     */
    ManagedPlugin(String id, Set<String> named, Function<String, Instance> maker) {
        this.id = id;
        this.maker = maker;
        this.main = maker.apply(id);
        instances.put(id, main);
        named.forEach(name -> instances.put(name, maker.apply(name)));
    }

    String id() {
        return id;
    }

    // --- instances -----------------------------------------------------------------------------------------------

    /** The default instance, which has the plugin's id. */
    Instance main() {
        return main;
    }

    /** All its instances, the default one first, then by name. */
    List<Instance> instances() {
        return instances.values().stream()
                .sorted(Comparator.comparing((Instance one) -> !one.isDefault()).thenComparing(Instance::name))
                .toList();
    }

    /** One of them. */
    Optional<Instance> instance(String name) {
        return Optional.ofNullable(instances.get(name));
    }

    /** One of them, or {@link ErrorCode#NOT_FOUND}. */
    Instance require(String name) {
        return instance(name)
                .orElseThrow(() -> PlugbayException.of(
                                ErrorCode.NOT_FOUND,
                                "Plugin " + id + " has no instance \"" + name + "\"."
                                        + Nearest.to(name, instances.keySet())
                                                .map(near -> " Did you mean \"" + near + "\"?")
                                                .orElse(""))
                        .plugin(id)
                        .remedy("List them with: plugbay instances list " + id + ".")
                        .build());
    }

    /** The instance of a name, made if it is not there. */
    synchronized Instance obtain(String name) {
        String why = over;
        if (why != null) {
            throw TargetRef.unavailable(id, id, why);
        }
        if (purging.contains(name)) {
            throw PlugbayException.of(ErrorCode.BUSY, "The data of " + name + " is being deleted.")
                    .plugin(id)
                    .instance(name)
                    .remedy("Try again in a moment.")
                    .build();
        }
        return instances.computeIfAbsent(name, maker);
    }

    /** Forgets an instance that has ended. */
    synchronized void forget(Instance ended) {
        instances.remove(ended.name(), ended);
    }

    /** Deletes what is kept under a name, while no instance of it can be made; not if there is one again. */
    void purge(String name, Runnable deletion) {
        synchronized (this) {
            if (instances.containsKey(name) || !purging.add(name)) {
                throw PlugbayException.of(ErrorCode.BUSY, name + " is there again, so its data was kept.")
                        .plugin(id)
                        .instance(name)
                        .build();
            }
        }
        try {
            deletion.run();
        } finally {
            synchronized (this) {
                purging.remove(name);
            }
        }
    }

    /** Those that run now, the default one first. */
    List<Generation> running() {
        return instances().stream().flatMap(one -> one.current().stream()).toList();
    }

    // --- artifacts -----------------------------------------------------------------------------------------------

    /** Keeps an artifact from being swept until {@link #unwant}; for one that an operation in the queue will load. */
    void want(Artifact one) {
        wanted.merge(one.sha256(), 1, Integer::sum);
    }

    void unwant(Artifact one) {
        wanted.computeIfPresent(one.sha256(), (sha256, count) -> count == 1 ? null : count - 1);
    }

    /** Remembers where an artifact's file lies. */
    void cameFrom(Artifact winner, Path source) {
        sources.keySet().retainAll(artifactsInUse());
        sources.put(winner.sha256(), source);
    }

    /** Where an artifact's file lay; its folder in the store for one that was installed. */
    Path sourceOf(Artifact one) {
        return sources.getOrDefault(one.sha256(), one.folder());
    }

    /** What a new instance begins with: what the default one runs, or would; else what another runs. */
    Artifact requireArtifact() {
        return Stream.of(
                        main.current().map(Generation::artifact),
                        main.artifact(),
                        running().stream().findFirst().map(Generation::artifact))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(main::requireArtifact);
    }

    /** The artifact with this hash, if this plugin knows it. */
    Optional<Artifact> artifactOf(String sha256) {
        return instances.values().stream()
                .flatMap(one -> one.artifactOf(sha256).stream())
                .findFirst();
    }

    /** The artifacts that it needs or is about to. */
    Set<String> artifactsInUse() {
        Set<String> inUse = new HashSet<>(wanted.keySet());
        instances.values().forEach(one -> inUse.addAll(one.artifactsInUse()));
        return inUse;
    }

    // --- the end -------------------------------------------------------------------------------------------------

    /** Withdraws every instance as its last operation; those that wait, and all that come, are refused. */
    CompletableFuture<Void> shutDown(String why) {
        return all(ending(why).stream()
                .map(one -> one.shutDown(why, PluginState.STOPPED))
                .toList());
    }

    /** Withdraws every instance for good; whether this was the first time. Within an operation of the default instance. */
    boolean end(String why) {
        List<Instance> ending = ending(why);
        boolean first = main.end(why);
        all(ending.stream()
                        .filter(one -> !one.isDefault())
                        .map(one -> one.shutDown(why, PluginState.UNLOADED))
                        .toList())
                .join();
        return first;
    }

    /** Whether it was removed or its host is closing. */
    boolean isOver() {
        return over != null;
    }

    private synchronized List<Instance> ending(String why) {
        over = why;
        return List.copyOf(instances.values());
    }

    private static CompletableFuture<Void> all(Collection<? extends CompletableFuture<?>> operations) {
        return CompletableFuture.allOf(operations.toArray(CompletableFuture[]::new));
    }
}
