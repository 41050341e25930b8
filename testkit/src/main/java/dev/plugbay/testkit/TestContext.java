package dev.plugbay.testkit;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Events;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.PluginContext;
import dev.plugbay.api.Storage;
import dev.plugbay.runtime.RecordBinder;
import dev.plugbay.runtime.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link PluginContext} without a host, to unit-test a plugin:
 *
 * <pre>{@code
 * try (var context = TestContext.builder().config(Map.of("uri", "test:///default")).grant("schedule").build()) {
 *     plugin.start(context);
 *     context.advance(Duration.ofMinutes(1));
 *     assertThat(context.published()).hasSize(1);
 * }
 * }</pre>
 *
 * <p>Like the real one it refuses services that were not granted, and lends nothing once it is closed. Unlike it, time stands still until {@link #advance}, timers are not
 * staged, timers and events run on the test's thread, and configurations are checked against the record only, not against the schema.
 *
 * <p>Shared by the test and the threads that it lends: {@code config} and {@code closed} are written by whoever updates or closes and read by all, hence volatile; its parts are
 * thread-safe by themselves.
 */
public final class TestContext implements PluginContext, AutoCloseable {
    private final String plugin;
    private final String instance;
    private final String version;
    private final int generation;
    private final Set<String> granted;
    private final ManualTime time;
    private final RecordedEvents events;
    private final MemoryStorage storage;
    private final LentThreads threads;
    private final Optional<Path> givenDataFolder;
    private volatile Optional<Path> ownDataFolder = Optional.empty();
    private volatile Map<String, Object> config;
    private volatile boolean closed;

    private TestContext(Builder from) {
        plugin = from.plugin;
        instance = from.instance.orElse(from.plugin);
        version = from.version;
        generation = from.generation;
        granted = Set.copyOf(from.granted);
        givenDataFolder = from.dataFolder;
        config = Trees.copy(from.config);
        time = new ManualTime(from.start, this::requireOpen);
        events = new RecordedEvents(instance, this::requireOpen);
        storage = new MemoryStorage(this::requireOpen);
        threads = new LentThreads("plugin:" + instance + "#" + generation);
    }

    /** A builder of a context for a plugin called {@code test}, with an empty configuration and nothing granted. */
    public static Builder builder() {
        return new Builder();
    }

    // --- for the test --------------------------------------------------------------------------------------------

    /**
     * Lets time pass: timers that are due run on this thread, in the order of their times, and {@link #clock} shows the time of each.
     *
     * @throws AssertionError when a timer's task throws; the others still run
     */
    public void advance(Duration duration) {
        time.advance(duration);
    }

    /** How many timers have further runs. */
    public int timers() {
        return time.size();
    }

    /** The events that the plugin has published, with their full types, oldest first. */
    public List<Events.Event> published() {
        return events.published();
    }

    /** Delivers an event of the host or another plugin to the plugin's subscriptions. */
    public void emit(String type, Map<String, ?> data) {
        events.deliver(new Events.Event(type, Trees.copy(data)));
    }

    /** Puts another configuration in place, as an operator does; the test calls {@code configChanged} itself. */
    public void configure(Map<String, ?> next) {
        config = Trees.copy(next);
    }

    /** Whether everything lent was given back: no timer, no subscription, no live thread. */
    public boolean clean() {
        return time.size() == 0
                && events.subscriptions() == 0
                && threads.alive().isEmpty();
    }

    /**
     * Ends the generation: timers and subscriptions end, lent threads are interrupted and joined, a data folder that this made is deleted. A second time does nothing.
     *
     * @throws AssertionError when a lent thread does not end within 10 s
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        time.clear();
        events.clear();
        List<String> left = threads.close(Duration.ofSeconds(10));
        ownDataFolder.ifPresent(TestContext::delete);
        if (!left.isEmpty()) {
            throw new AssertionError("these threads of the plugin did not end: " + left);
        }
    }

    // --- for the plugin ------------------------------------------------------------------------------------------

    @Override
    public String plugin() {
        return plugin;
    }

    @Override
    public String instance() {
        return instance;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public int generation() {
        return generation;
    }

    @Override
    public <C extends Record> C config(Class<C> type) {
        return RecordBinder.bind(type, config);
    }

    @Override
    public Map<String, Object> config() {
        return config;
    }

    @Override
    public synchronized void updateConfig(Map<String, ?> mergePatch) {
        require("config:write");
        config = Trees.merge(config, mergePatch);
    }

    @Override
    public Logger logger() {
        return LoggerFactory.getLogger("plugin." + instance);
    }

    @Override
    public Logger logger(String name) {
        return LoggerFactory.getLogger("plugin." + instance + "." + name);
    }

    @Override
    public Storage storage() {
        require("storage");
        return storage;
    }

    @Override
    public synchronized Path dataFolder() {
        require("data");
        try {
            if (givenDataFolder.isPresent()) {
                return Files.createDirectories(givenDataFolder.get());
            }
            if (ownDataFolder.isEmpty()) {
                ownDataFolder = Optional.of(Files.createTempDirectory("plugbay-test-" + plugin + "-"));
            }
            return ownDataFolder.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Events events() {
        require("events");
        return events;
    }

    @Override
    public dev.plugbay.api.Scheduler scheduler() {
        require("schedule");
        return time;
    }

    @Override
    public ExecutorService executor() {
        require("threads");
        return threads.executor();
    }

    @Override
    public ThreadFactory threadFactory() {
        require("threads");
        return threads;
    }

    @Override
    public Clock clock() {
        return time.clock();
    }

    private void require(String service) {
        requireOpen();
        if (!granted.contains(service)) {
            throw PlugbayException.of(
                            ErrorCode.PERMISSION_DENIED,
                            "Plugin " + plugin + " asked for the host's service \"" + service
                                    + "\", which was not granted.")
                    .plugin(plugin)
                    .instance(instance)
                    .generation(generation)
                    .remedy("Declare it in the plugin with @Permissions(host = \"" + service
                            + "\"), and in the test with grant(\"" + service + "\").")
                    .build();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw PlugbayException.of(ErrorCode.UNAVAILABLE, "The generation has ended; its context lends nothing.")
                    .plugin(plugin)
                    .instance(instance)
                    .generation(generation)
                    .build();
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Builds a {@link TestContext}. */
    public static final class Builder {
        private static final Set<String> SERVICES =
                new TreeSet<>(List.of("storage", "data", "events", "schedule", "threads", "config:write"));

        private final Set<String> granted = new TreeSet<>();
        private String plugin = "test";
        private Optional<String> instance = Optional.empty();
        private String version = "1.0.0";
        private int generation = 1;
        private Map<String, ?> config = Map.of();
        private Optional<Path> dataFolder = Optional.empty();
        private Instant start = Instant.parse("2026-01-01T00:00:00Z");

        private Builder() {}

        /** Sets the plugin's id. */
        public Builder plugin(String id) {
            this.plugin = id;
            return this;
        }

        /** Sets the instance's name; the plugin's id by default. */
        public Builder instance(String name) {
            this.instance = Optional.of(name);
            return this;
        }

        /** Sets the plugin's version. */
        public Builder version(String version) {
            this.version = version;
            return this;
        }

        /** Sets the generation's number, from 1. */
        public Builder generation(int number) {
            this.generation = number;
            return this;
        }

        /** Sets the configuration, a tree of maps, lists, strings, numbers and booleans. */
        public Builder config(Map<String, ?> tree) {
            this.config = tree;
            return this;
        }

        /** Grants services of the host, as {@link dev.plugbay.api.Permissions#host()} names them. */
        public Builder grant(String... services) {
            for (String service : services) {
                if (!SERVICES.contains(service)) {
                    throw new IllegalArgumentException(
                            "no host has a service \"" + service + "\"; there are " + SERVICES);
                }
            }
            granted.addAll(Arrays.asList(services));
            return this;
        }

        /** Sets the data folder, which then stays; by default a temporary one that goes with the context. */
        public Builder dataFolder(Path folder) {
            this.dataFolder = Optional.of(folder);
            return this;
        }

        /** Sets the time at the beginning; 2026-01-01T00:00:00Z by default. */
        public Builder start(Instant instant) {
            this.start = instant;
            return this;
        }

        /** The context. */
        public TestContext build() {
            return new TestContext(this);
        }
    }
}
