package dev.plugbay.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What the operator wants of each plugin: what is stored, overlaid by what the settings say.
 *
 * <p>Shared: one immutable map, read by anybody at any time, and replaced with this object's monitor held, after the change is stored: what anybody saw survives, and who
 * reads never waits for the store.
 */
final class DesiredState {
    private final HostStore store;
    private volatile Map<String, HostStore.Entry> entries;

    DesiredState(HostStore store) {
        this.store = store;
        this.entries = Map.copyOf(store.entries());
    }

    /** Whether anything is kept about a plugin. */
    boolean knows(String id) {
        return entries.containsKey(id);
    }

    HostStore.Entry of(String id) {
        return entries.getOrDefault(id, HostStore.Entry.initial());
    }

    /** Plugins that are installed, with the SHA-256 of each one's artifact. */
    Map<String, String> installed() {
        Map<String, String> installed = new HashMap<>();
        entries.forEach((id, entry) -> entry.installed().ifPresent(sha -> installed.put(id, sha)));
        return installed;
    }

    synchronized void update(String id, UnaryOperator<HostStore.Entry> change) {
        HostStore.Entry next = change.apply(of(id));
        store.save(id, next);
        Map<String, HostStore.Entry> all = new HashMap<>(entries);
        all.put(id, next);
        entries = Map.copyOf(all);
    }

    synchronized void forget(String id) {
        store.delete(id);
        Map<String, HostStore.Entry> all = new HashMap<>(entries);
        all.remove(id);
        entries = Map.copyOf(all);
    }

    void enable(String id, boolean enabled) {
        update(id, entry -> new HostStore.Entry(enabled, entry.installed(), entry.config(), entry.instances()));
    }

    void install(String id, Optional<String> sha256) {
        update(id, entry -> new HostStore.Entry(entry.enabled(), sha256, entry.config(), entry.instances()));
    }

    // --- instances -----------------------------------------------------------------------------------------------

    /** What is kept about an instance; the configuration of the default one is its plugin's. */
    Optional<HostStore.InstanceEntry> instance(String id, String name) {
        HostStore.Entry entry = of(id);
        Optional<HostStore.InstanceEntry> kept =
                Optional.ofNullable(entry.instances().get(name));
        return name.equals(id)
                ? Optional.of(new HostStore.InstanceEntry(
                        true, kept.map(HostStore.InstanceEntry::enabled).orElse(true), entry.config()))
                : kept;
    }

    /** The named instances of a plugin that are wanted. */
    Set<String> instances(String id) {
        Set<String> names = new TreeSet<>();
        of(id).instances().forEach((name, entry) -> {
            if (entry.present() && !name.equals(id)) {
                names.add(name);
            }
        });
        return names;
    }

    /** The plugin that keeps data under each name that is not its own id. */
    Map<String, String> owners() {
        Map<String, String> owners = new HashMap<>();
        entries.forEach((id, entry) -> entry.instances().keySet().stream()
                .filter(name -> !name.equals(id))
                .forEach(name -> owners.put(name, id)));
        return owners;
    }

    /** Keeps an instance, the default one too, as one that is wanted. */
    void keep(String id, String name, boolean enabled, Map<String, Object> config) {
        change(id, name, before -> new HostStore.InstanceEntry(true, enabled, config));
    }

    void enable(String id, String name, boolean enabled) {
        change(id, name, before -> new HostStore.InstanceEntry(before.present(), enabled, before.config()));
    }

    /** Configures an instance, unless its configuration is not {@code expected} any more; whether it was. */
    synchronized boolean configure(String id, String name, Map<String, Object> expected, Map<String, Object> config) {
        Map<String, Object> now =
                instance(id, name).map(HostStore.InstanceEntry::config).orElse(Map.of());
        if (!now.equals(expected)) {
            return false;
        }
        change(id, name, before -> new HostStore.InstanceEntry(before.present(), before.enabled(), config));
        return true;
    }

    private synchronized void change(String id, String name, UnaryOperator<HostStore.InstanceEntry> change) {
        HostStore.InstanceEntry next = change.apply(instance(id, name).orElseGet(HostStore.InstanceEntry::absent));
        if (!name.equals(id)) {
            update(
                    id,
                    entry -> new HostStore.Entry(
                            entry.enabled(), entry.installed(), entry.config(), with(entry, name, next)));
            return;
        }
        HostStore.InstanceEntry flag = new HostStore.InstanceEntry(true, next.enabled(), Map.of());
        update(
                id,
                entry -> new HostStore.Entry(
                        entry.enabled(),
                        entry.installed(),
                        next.config(),
                        next.enabled() ? without(entry, name) : with(entry, name, flag)));
    }

    /** Keeps that the data of an instance is this plugin's, unless anything is kept of it; whether nothing was. */
    synchronized boolean keepDataUnlessKept(String id, String name) {
        if (instance(id, name).isPresent()) {
            return false;
        }
        keepData(id, name);
        return true;
    }

    /** Keeps of an instance only that its data is this plugin's. */
    void keepData(String id, String name) {
        update(
                id,
                entry -> new HostStore.Entry(
                        entry.enabled(),
                        entry.installed(),
                        entry.config(),
                        with(entry, name, HostStore.InstanceEntry.absent())));
    }

    /** Forgets an instance. */
    void forget(String id, String name) {
        update(
                id,
                entry -> new HostStore.Entry(entry.enabled(), entry.installed(), entry.config(), without(entry, name)));
    }

    private static Map<String, HostStore.InstanceEntry> with(
            HostStore.Entry entry, String name, HostStore.InstanceEntry instance) {
        Map<String, HostStore.InstanceEntry> instances = new HashMap<>(entry.instances());
        instances.put(name, instance);
        return instances;
    }

    private static Map<String, HostStore.InstanceEntry> without(HostStore.Entry entry, String name) {
        Map<String, HostStore.InstanceEntry> instances = new HashMap<>(entry.instances());
        instances.remove(name);
        return instances;
    }
}
