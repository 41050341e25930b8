package dev.plugbay.runtime;

import dev.plugbay.api.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Passes events on to subscribers, to each in order and on a thread of its own choice, so that a slow one delays only itself. Nothing is called
 * on the publisher's thread, whatever locks it holds.
 *
 * <p>Shared: the list of subscribers is copied on write; each has a queue of its own.
 */
final class EventHub {
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

    /** Passes an event on. */
    void publish(HostEvent event) {
        subscribers.forEach(subscriber -> subscriber.offer(event));
    }

    /** Subscribes; {@code listener} must handle its own failures. */
    Registration subscribe(Executor executor, Consumer<HostEvent> listener) {
        Subscriber subscriber = new Subscriber(SerialQueue.ofEvents(executor), listener);
        subscribers.add(subscriber);
        return () -> {
            subscribers.remove(subscriber);
            subscriber.queue.close();
        };
    }

    private record Subscriber(SerialQueue queue, Consumer<HostEvent> listener) {
        private void offer(HostEvent event) {
            queue.execute(() -> listener.accept(event));
        }
    }
}
