package dev.plugbay.testkit;

import dev.plugbay.api.Events;
import dev.plugbay.api.Registration;
import dev.plugbay.runtime.Trees;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Events that are kept, and delivered on the publisher's thread. Both lists are thread-safe by themselves. */
final class RecordedEvents implements Events {
    private final String instance;
    private final Runnable open;
    private final List<Event> published = new CopyOnWriteArrayList<>();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    RecordedEvents(String instance, Runnable open) {
        this.instance = instance;
        this.open = open;
    }

    @Override
    public void publish(String type, Map<String, ?> data) {
        open.run();
        Event event = new Event(instance + "." + type, Trees.copy(data));
        published.add(event);
        deliver(event);
    }

    @Override
    public Registration subscribe(String pattern, Consumer<Event> listener) {
        open.run();
        Subscription subscription = new Subscription(pattern, listener);
        subscriptions.add(subscription);
        return () -> subscriptions.removeIf(other -> other == subscription);
    }

    void deliver(Event event) {
        for (Subscription subscription : subscriptions) {
            if (subscription.matches(event.type())) {
                subscription.listener.accept(event);
            }
        }
    }

    List<Event> published() {
        return List.copyOf(published);
    }

    int subscriptions() {
        return subscriptions.size();
    }

    void clear() {
        subscriptions.clear();
    }

    private static final class Subscription {
        private final String pattern;
        private final Consumer<Event> listener;

        Subscription(String pattern, Consumer<Event> listener) {
            this.pattern = pattern;
            this.listener = listener;
        }

        boolean matches(String type) {
            return pattern.endsWith("*")
                    ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                    : type.equals(pattern);
        }
    }
}
