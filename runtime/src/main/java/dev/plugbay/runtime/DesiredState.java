package dev.plugbay.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the operator wants of each plugin: what is stored, overlaid by what the settings say.
 *
 * <p>Shared: entries are read and changed under this object's monitor, and stored before a change is seen, so that what anybody saw survives.
 */
final class DesiredState {
    private final HostStore store;
    private final Map<String, HostStore.Entry> entries;

    DesiredState(HostStore store) {
        this.store = store;
        this.entries = new HashMap<>(store.entries());
    }

    synchronized HostStore.Entry of(String id) {
        return entries.getOrDefault(id, HostStore.Entry.initial());
    }

    /** Plugins that are installed, with the SHA-256 of each one's artifact. */
    synchronized Map<String, String> installed() {
        Map<String, String> installed = new HashMap<>();
        entries.forEach((id, entry) -> entry.installed().ifPresent(sha -> installed.put(id, sha)));
        return installed;
    }

    synchronized void update(String id, UnaryOperator<HostStore.Entry> change) {
        HostStore.Entry next = change.apply(of(id));
        store.save(id, next);
        entries.put(id, next);
    }

    synchronized void forget(String id) {
        store.delete(id);
        entries.remove(id);
    }

    void enable(String id, boolean enabled) {
        update(id, entry -> new HostStore.Entry(enabled, entry.installed(), entry.config()));
    }

    void install(String id, Optional<String> sha256) {
        update(id, entry -> new HostStore.Entry(entry.enabled(), sha256, entry.config()));
    }

    void configure(String id, Map<String, Object> config) {
        update(id, entry -> new HostStore.Entry(entry.enabled(), entry.installed(), config));
    }
}
