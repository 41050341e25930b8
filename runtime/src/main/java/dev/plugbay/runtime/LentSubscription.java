package dev.plugbay.runtime;

import dev.plugbay.api.Registration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's subscription to events, inert until activated.
 *
 * <p>Shared: activated and deactivated under the scope's monitor; {@code active} is read again where the event is delivered.
 */
final class LentSubscription implements Scope.Lent {
    private final EventHub hub;
    private final String pattern;
    private final Executor executor;
    private final Consumer<HostEvent> listener;
    private volatile boolean active;
    private @Nullable Registration registration;

    LentSubscription(EventHub hub, String pattern, Executor executor, Consumer<HostEvent> listener) {
        this.hub = hub;
        this.pattern = pattern;
        this.executor = executor;
        this.listener = listener;
    }

    @Override
    public void activate() {
        active = true;
        registration = hub.subscribe(executor, event -> {
            if (active && matches(event.type())) {
                listener.accept(event);
            }
        });
    }

    @Override
    public void deactivate() {
        active = false;
        if (registration != null) {
            registration.close();
            registration = null;
        }
    }

    @Override
    public void close() {
        deactivate();
    }

    private boolean matches(String type) {
        return pattern.endsWith("*")
                ? type.startsWith(pattern.substring(0, pattern.length() - 1))
                : type.equals(pattern);
    }
}
