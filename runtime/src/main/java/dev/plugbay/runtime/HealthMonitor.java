package dev.plugbay.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks every running instance for its health when its interval has passed, each on a thread of its own, so that a slow one delays nobody.
 *
 * <p>Shared: one timer decides who is due; {@code asked} holds when each was last asked, and {@code busy} who has not answered yet.
 */
final class HealthMonitor {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final Supplier<Collection<Instance>> instances;
    private final Supplier<HostSettings> settings;
    private final Map<String, Long> asked = new ConcurrentHashMap<>();
    private final Map<String, Boolean> busy = new ConcurrentHashMap<>();

    HealthMonitor(Supplier<Collection<Instance>> instances, Supplier<HostSettings> settings) {
        this.instances = instances;
        this.settings = settings;
    }

    /** Looks for who is due from now on, until {@code timers} are shut down. */
    @SuppressWarnings("FutureReturnValueIgnored") // look() fails never
    void start(ScheduledExecutorService timers) {
        timers.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        long now = System.nanoTime();
        for (Instance instance : instances.get()) {
            instance.current().ifPresent(generation -> {
                Duration interval = generation
                        .manifest()
                        .healthInterval()
                        .orElse(settings.get().healthInterval());
                long last = asked.computeIfAbsent(instance.name(), name -> now);
                if (now - last >= interval.toNanos() && busy.putIfAbsent(instance.name(), true) == null) {
                    asked.put(instance.name(), now);
                    Thread.startVirtualThread(() -> ask(instance));
                }
            });
        }
    }

    private void ask(Instance instance) {
        try {
            instance.health().ask();
        } catch (RuntimeException unpublishedMeanwhile) {
            // It was withdrawn between the look and the question.
        } finally {
            busy.remove(instance.name());
        }
    }
}
