package dev.plugbay.daemon;

import dev.plugbay.api.Registration;
import dev.plugbay.runtime.HostEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Brings the host's events and the jobs' to whoever listens.
 *
 * <p>Shared by every publisher and listener; the list is copied on write. Listeners are called on the publisher's thread and must
 * not block: they put events into a queue of their own.
 */
final class EventHub {
    private final List<Consumer<HostEvent>> listeners = new CopyOnWriteArrayList<>();

    /** Tells everybody. */
    void publish(HostEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }

    /** Hears every event from now on, until closed. */
    Registration subscribe(Consumer<HostEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
