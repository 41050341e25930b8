package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * All plugins of one host, and what they offer.
 *
 * <p>Shared: one concurrent map, changed by the reconciler and by installs, read by everybody.
 */
final class Registry {
    private final Map<String, ManagedPlugin> plugins = new ConcurrentHashMap<>();
    private final Map<String, Lasting> lasting = new ConcurrentHashMap<>();

    /**
     * What of an id outlives the removal of its plugin: where its handles lead, since they may be kept for ever, and the number of its last generation, since no
     * two generations may share a name.
     */
    record Lasting(TargetRef ref, AtomicInteger numbers) {}

    Collection<ManagedPlugin> all() {
        return plugins.values().stream()
                .sorted(Comparator.comparing(ManagedPlugin::id))
                .toList();
    }

    Optional<ManagedPlugin> find(String id) {
        return Optional.ofNullable(plugins.get(id));
    }

    ManagedPlugin require(String id) {
        return find(id).orElseThrow(() -> PlugbayException.of(
                        ErrorCode.NOT_FOUND,
                        "There is no plugin \"" + id + "\"."
                                + Nearest.to(id, plugins.keySet())
                                        .map(near -> " Did you mean \"" + near + "\"?")
                                        .orElse(""))
                .plugin(id)
                .remedy("List them with: plugbay plugins.")
                .build());
    }

    /** The plugin of an id, made by {@code maker} if there is none; one that was removed is replaced. */
    ManagedPlugin obtain(String id, Function<Lasting, ManagedPlugin> maker) {
        Lasting kept = lasting.computeIfAbsent(id, key -> new Lasting(new TargetRef(key, key), new AtomicInteger()));
        return plugins.computeIfAbsent(id, key -> maker.apply(kept));
    }

    /** Forgets a plugin that has ended. */
    void remove(ManagedPlugin plugin) {
        plugins.remove(plugin.id(), plugin);
    }

    /** The plugins that run now, with their versions. */
    Map<String, Version> running() {
        Map<String, Version> running = new ConcurrentSkipListMap<>();
        plugins.forEach((id, plugin) -> plugin.current()
                .ifPresent(generation -> running.put(id, generation.manifest().version())));
        return running;
    }

    /** The handle on an instance's extension, the first by order and name, or the one with this name. */
    <T> Optional<T> handle(Class<T> point, String instance, Optional<String> name) {
        return find(instance)
                .flatMap(plugin -> plugin.current().stream()
                        .flatMap(generation -> generation.offers().stream())
                        .filter(offer -> offer.point() == point
                                && name.map(offer.name()::equals).orElse(true))
                        .findFirst()
                        .map(offer -> plugin.handle(point, offer.name())));
    }

    /** Why {@link #handle} found none. */
    PlugbayException absent(Class<?> point, String instance, Optional<String> name) {
        ManagedPlugin plugin = require(instance);
        Optional<Generation> current = plugin.current();
        String what = name.isEmpty() || name.get().isEmpty()
                ? point.getSimpleName()
                : point.getSimpleName() + " named \"" + name.get() + "\"";
        String why = current.map(generation -> instance + " " + generation.version() + " offers no " + what + ".")
                .orElseGet(() -> instance + " does not run (" + plugin.state() + ")."
                        + plugin.problem()
                                .map(problem -> " " + problem.detail())
                                .orElse(""));
        return PlugbayException.of(ErrorCode.NOT_FOUND, why)
                .plugin(instance)
                .instance(instance)
                .remedy("See what it offers with: plugbay plugins show " + instance + ".")
                .build();
    }

    /** Everything that offers a point now, by order, then instance, then name. */
    <T> List<ExtensionHandle<T>> offering(Class<T> point) {
        List<ExtensionHandle<T>> found = new ArrayList<>();
        for (ManagedPlugin plugin : all()) {
            plugin.current().stream()
                    .flatMap(generation -> generation.offers().stream())
                    .filter(offer -> offer.point() == point)
                    .forEach(offer -> found.add(new ExtensionHandle<>(
                            plugin.id(),
                            plugin.id(),
                            offer.name(),
                            offer.order(),
                            offer.properties(),
                            plugin.handle(point, offer.name()))));
        }
        found.sort(Comparator.comparingInt((ExtensionHandle<T> handle) -> handle.order())
                .thenComparing(ExtensionHandle::instance)
                .thenComparing(ExtensionHandle::name));
        return List.copyOf(found);
    }
}
