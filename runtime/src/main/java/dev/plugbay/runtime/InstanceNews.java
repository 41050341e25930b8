package dev.plugbay.runtime;

import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Tells of what happens to one instance: as events, and in the log. Immutable. */
record InstanceNews(String plugin, String instance, HostServices host) {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceNews.class);

    void started(Generation fresh) {
        event("plugin.started", OptionalInt.of(fresh.generation()), Map.of("version", fresh.version()));
        about(LOG.atInfo()).log("Started {} {} as generation {}", instance, fresh.version(), fresh.generation());
    }

    void reloaded(Generation old, Generation fresh, Duration gap) {
        event(
                "plugin.reloaded",
                OptionalInt.of(fresh.generation()),
                Map.of("version", fresh.version(), "from", old.version(), "gapMillis", gap.toMillis()));
        about(LOG.atInfo()).log("Reloaded {} {} as generation {}", instance, fresh.version(), fresh.generation());
    }

    void failed(PlugbayException failure) {
        event(
                "plugin.failed",
                OptionalInt.empty(),
                Map.of("code", failure.code().id(), "detail", failure.detail()));
        about(LOG.atWarn()).log("{}: {}", failure.code(), failure.detail());
    }

    void health(Generation asked, Health health) {
        event(
                "plugin.health",
                OptionalInt.of(asked.generation()),
                Map.of("level", health.level().name(), "reasons", health.reasons()));
    }

    void configChanged() {
        event("config.changed", OptionalInt.empty(), Map.of());
    }

    private LoggingEventBuilder about(LoggingEventBuilder line) {
        return line.addKeyValue("plugin", plugin).addKeyValue("instance", instance);
    }

    private void event(String type, OptionalInt generation, Map<String, Object> data) {
        host.events()
                .publish(new HostEvent(
                        type, host.clock().instant(), Optional.of(plugin), Optional.of(instance), generation, data));
    }
}
