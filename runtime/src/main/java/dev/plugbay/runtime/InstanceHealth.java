package dev.plugbay.runtime;

import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import java.util.Optional;

/** Asks what runs of one instance for its health, and tells when that changed. Holds nothing that changes. */
record InstanceHealth(Instance instance, HostServices host, InstanceNews news) {
    private static final MethodInfo HEALTH = new MethodInfo("health", false, true);

    /** Asks now. */
    Health ask() {
        Optional<Generation> current = instance.current();
        if (current.isEmpty()) {
            return Health.unknown();
        }
        Generation asked = current.get();
        Health before = asked.health();
        Health after = host.guard().run(asked, HEALTH, Optional.empty(), asked::askHealth);
        if (!after.equals(before)) {
            news.health(asked, after);
        }
        return after;
    }

    /** Asks aside: what was wrong may be right now, or the other way round, and nobody should wait a minute to see it. */
    void askSoon() {
        Thread.startVirtualThread(() -> {
            try {
                ask();
            } catch (PlugbayException withdrawnMeanwhile) {
                // There is nobody to ask.
            }
        });
    }
}
