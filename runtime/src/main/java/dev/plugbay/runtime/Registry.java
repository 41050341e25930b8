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
    private final Map<Place, TargetRef> refs = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> numbers = new ConcurrentHashMap<>();

    private final Names names;

    Registry(Names names) {
        this.names = names;
    }

    /** Which plugin has which name. */
    Names names() {
        return names;
    }

    private record Place(String plugin, String instance) {}

    /**
     * What of an instance outlives its removal: where its handles lead, since they may be kept for ever, and the number of the last generation of its name, since
     * no two generations may share one.
     */
    record Lasting(TargetRef ref, AtomicInteger numbers) {}

    /** What outlives the removal of an instance; a handle never comes to lead to another plugin's instance of the same name. */
    Lasting lasting(String plugin, String instance) {
        return new Lasting(
                refs.computeIfAbsent(new Place(plugin, instance), place -> new TargetRef(plugin, instance)),
                numbers.computeIfAbsent(instance, name -> new AtomicInteger()));
    }

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
                                + instance(id)
                                        .map(one -> " That is an instance of " + one.plugin() + ".")
                                        .or(() -> Nearest.to(id, plugins.keySet())
                                                .map(near -> " Did you mean \"" + near + "\"?"))
                                        .orElse(""))
                .plugin(id)
                .remedy("List them with: plugbay plugins.")
                .build());
    }

    /** All instances of all plugins. */
    Collection<Instance> instances() {
        return all().stream().flatMap(plugin -> plugin.instances().stream()).toList();
    }

    /** The instance of a name, whichever plugin's it is. */
    Optional<Instance> instance(String name) {
        return names.holder(name).flatMap(this::find).flatMap(plugin -> plugin.instance(name));
    }

    /** The plugin of an id, made by {@code maker} if there is none; one that was removed is replaced. */
    ManagedPlugin obtain(String id, Function<String, ManagedPlugin> maker) {
        return plugins.computeIfAbsent(id, key -> {
            names.offer(key);
            return maker.apply(key);
        });
    }

    /** Forgets a plugin that has ended. */
    void remove(ManagedPlugin plugin) {
        plugins.computeIfPresent(plugin.id(), (id, now) -> {
            if (now != plugin) {
                return now;
            }
            names.release(id, id); // those of its other instances stay with what is kept of them
            return null;
        });
    }

    /** The plugins that run now, with their versions. */
    Map<String, Version> running() {
        Map<String, Version> running = new ConcurrentSkipListMap<>();
        plugins.forEach((id, plugin) -> plugin.running().stream()
                .findFirst()
                .ifPresent(generation -> running.put(id, generation.manifest().version())));
        return running;
    }

    /** The handle on an instance's extension, the first by order and name, or the one with this name. */
    <T> Optional<T> handle(Class<T> point, String instance, Optional<String> name) {
        return instance(instance)
                .flatMap(found -> found.current().stream()
                        .flatMap(generation -> generation.offers().stream())
                        .filter(offer -> offer.point() == point
                                && name.map(offer.name()::equals).orElse(true))
                        .findFirst()
                        .map(offer -> found.handle(point, offer.name())));
    }

    /** Why {@link #handle} found none. */
    PlugbayException absent(Class<?> point, String instance, Optional<String> name) {
        Instance found = instance(instance).orElseGet(() -> require(instance).main());
        Optional<Generation> current = found.current();
        String what = name.isEmpty() || name.get().isEmpty()
                ? point.getSimpleName()
                : point.getSimpleName() + " named \"" + name.get() + "\"";
        String why = current.map(generation -> instance + " " + generation.version() + " offers no " + what + ".")
                .orElseGet(() -> instance + " does not run (" + found.state() + ")."
                        + found.problem().map(problem -> " " + problem.detail()).orElse(""));
        return PlugbayException.of(ErrorCode.NOT_FOUND, why)
                .plugin(found.plugin())
                .instance(instance)
                .remedy("See what it offers with: plugbay plugins show " + found.plugin() + ".")
                .build();
    }

    /** Everything that offers a point now, by order, then instance, then name. */
    <T> List<ExtensionHandle<T>> offering(Class<T> point) {
        List<ExtensionHandle<T>> found = new ArrayList<>();
        for (Instance instance : instances()) {
            instance.current().stream()
                    .flatMap(generation -> generation.offers().stream())
                    .filter(offer -> offer.point() == point)
                    .forEach(offer -> found.add(new ExtensionHandle<>(
                            instance.plugin(),
                            instance.name(),
                            offer.name(),
                            offer.order(),
                            offer.properties(),
                            instance.handle(point, offer.name()))));
        }
        found.sort(Comparator.comparingInt((ExtensionHandle<T> handle) -> handle.order())
                .thenComparing(ExtensionHandle::instance)
                .thenComparing(ExtensionHandle::name));
        return List.copyOf(found);
    }
}
