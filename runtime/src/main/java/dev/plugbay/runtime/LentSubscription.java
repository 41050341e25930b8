package dev.plugbay.runtime;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's subscription to events, inert until activated.
 *
 * <p>Shared: activated and deactivated under the scope's monitor, paused and resumed between two events; {@code active} is read again where the event is delivered. While a
 * generation hands over, its subscriptions and those of the next one hold the same events back, and one of the two is told them.
 */
final class LentSubscription implements Scope.Lent {
    private final EventHub hub;
    private final String pattern;
    private final Executor executor;
    private final Consumer<HostEvent> listener;
    private volatile boolean active;
    private EventHub.@Nullable Subscriber subscriber;

    LentSubscription(EventHub hub, String pattern, Executor executor, Consumer<HostEvent> listener) {
        this.hub = hub;
        this.pattern = pattern;
        this.executor = executor;
        this.listener = listener;
    }

    @Override
    public void activate() {
        active = true;
        EventHub.Subscriber known = subscriber;
        if (known == null) {
            subscriber = subscribe(false);
        } else {
            known.release();
        }
    }

    @Override
    public void await() {
        if (subscriber == null) {
            subscriber = subscribe(true);
        }
    }

    @Override
    public void pause() {
        EventHub.Subscriber known = subscriber;
        if (known != null) {
            known.hold();
        }
    }

    @Override
    public void resume() {
        activate();
    }

    @Override
    public boolean busy() {
        EventHub.Subscriber known = subscriber;
        return known != null && known.busy();
    }

    @Override
    public void deactivate() {
        active = false;
        EventHub.Subscriber known = subscriber;
        if (known != null) {
            known.close();
            subscriber = null;
        }
    }

    @Override
    public void close() {
        deactivate();
    }

    private EventHub.Subscriber subscribe(boolean held) {
        return hub.subscribe(
                executor,
                event -> {
                    if (active && matches(event.type())) {
                        listener.accept(event);
                    }
                },
                held);
    }

    private boolean matches(String type) {
        return pattern.endsWith("*")
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : type.equals(pattern);
    }
}
