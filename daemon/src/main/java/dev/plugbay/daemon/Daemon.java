package dev.plugbay.daemon;

import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.Plugbay;
import dev.plugbay.runtime.PluginHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ready-made host, wired by hand: everything that it consists of is made in {@link #start}, and closed in the opposite order.
 */
final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final long HEARTBEAT_MILLIS = 15_000;

    /** What is kept of the time for stopping for what comes after the plugins. */
    private static final Duration SERVER_STOPS = Duration.ofSeconds(1);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Home home;
    private final StartingHost host = new StartingHost();
    private final Clock clock = Clock.systemUTC();
    private final Gate gate;
    private RouteTable table = new RouteTable();
    private String url = "";
    private boolean closed;
    private Supplier<Duration> stopWithin = () -> Duration.ZERO;
    private long stopAt;

    private Daemon(Home home) {
        this.home = home;
        this.gate = new Gate(home.token());
        parts.push(home);
    }

    /**
     * Starts everything; returns when every enabled plugin was tried once.
     *
     * @throws PlugbayException when it cannot start; nothing is left running then
     */
    static Daemon start(DaemonOptions options) {
        return start(options, () -> {});
    }

    /**
     * The same.
     *
     * @param serving run when all is there and nobody has been told yet
     */
    static Daemon start(DaemonOptions options, Runnable serving) {
        Daemon daemon = new Daemon(Home.open(options.home()));
        try {
            daemon.run(options, serving);
            return daemon;
        } catch (JdbiException e) {
            LOG.error("The database failed", e);
            daemon.close();
            throw DatabaseFailures.of(e);
        } catch (RuntimeException e) {
            daemon.close();
            throw e;
        }
    }

    /** Where it serves. */
    String url() {
        return url;
    }

    /** What it serves. */
    RouteTable routes() {
        return table;
    }

    /** What requests must carry. */
    String token() {
        return home.token();
    }

    /** The host of plugins. */
    PluginHost host() {
        return host.face();
    }

    private void run(DaemonOptions options, Runnable ready) {
        Instant startedAt = clock.instant();
        Redactor redactor = new Redactor();
        LogTail tail = new LogTail(redactor);
        Logging.start(home.log(), redactor, tail);
        parts.push(Logging::stop);
        Json json = new Json(redactor);
        EventHub events = new EventHub();
        Configuration configuration = new Configuration(
                new SettingsReader(home.configuration(), options, new PluginFolders(options, home.folder())),
                events,
                clock);
        Settings settings = configuration.current();
        stopWithin = () -> configuration.current().stopWithin();
        Database database = opened(Database.open(home.database()));
        Requests requests = new Requests(json);
        Streams streams = new Streams();
        PluginHost face = host.face();
        Cloud cloud = Cloud.start(
                face,
                home.folder(),
                database,
                events,
                requests,
                json,
                () -> configuration.current().exportsAllow());
        List<Routes> routes = new ArrayList<>(cloud.routes());
        routes.add(new SystemRoutes(
                requests,
                new SystemRoutes.About(Version.current(), home.folder(), startedAt),
                host::ready,
                configuration::problem));
        routes.add(new PluginRoutes(face, requests, tail));
        routes.add(new InstanceRoutes(face, requests));
        routes.add(new InstallRoutes(face, requests, home.uploads()));
        routes.add(new ConfigRoutes(face, requests, json));
        routes.add(new LogRoutes(face, tail, requests, json, streams, HEARTBEAT_MILLIS));
        routes.add(new EventRoutes(events, json, streams, HEARTBEAT_MILLIS));
        table = HttpServer.table(routes);
        // Jetty and the plugins start side by side: each takes about as long as the other.
        FutureTask<HttpServer> serving = new FutureTask<>(
                () -> HttpServer.start(settings.listenHost(), settings.listenPort(), gate, table, json));
        Thread.ofPlatform().name("plugbay-serve").start(serving);
        // Closed after what it serves, so that clients of a host that stops learn how their jobs ended.
        parts.push(() -> stop(serving));
        opened(streams);
        PluginHost plugins = Plugbay.builder()
                .settings(settings.host())
                .home(home.folder())
                .store(new SqliteHostStore(database, new Json(new Redactor())))
                .validator(new SchemaValidator(redactor))
                .start();
        parts.push(() -> plugins.close(left().minus(SERVER_STOPS)));
        parts.push(() -> cloud.close(left().dividedBy(2)));
        parts.push(plugins.onEvent(events::publish));
        HttpServer server = result(serving);
        url = server.url();
        watch(configuration, plugins);
        host.started(plugins);
        ready.run();
        announce(json, startedAt);
        LOG.info("Serves at {} from {}", url, home.folder());
    }

    private void watch(Configuration configuration, PluginHost plugins) {
        try {
            Runnable reread = () -> configuration.reread(read -> plugins.apply(read.host()));
            opened(FileWatch.start(home.configuration(), reread));
            reread.run(); // it may have been changed since it was read, while the plugins started
        } catch (IOException e) {
            throw new UncheckedIOException("plugbay.yaml cannot be watched", e);
        }
    }

    private void announce(Json json, Instant startedAt) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("pid", ProcessHandle.current().pid());
        facts.put("url", url);
        facts.put("startedAt", startedAt);
        try {
            home.announce("daemon.json", json.write(facts));
            parts.push(() -> home.withdraw("daemon.json"));
        } catch (IOException e) {
            throw new UncheckedIOException("run/daemon.json cannot be written", e);
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /** Stops the server, if it had started. */
    private static void stop(FutureTask<HttpServer> serving) {
        try {
            serving.get().close();
        } catch (ExecutionException e) {
            LOG.debug("It had never served", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpServer result(FutureTask<HttpServer> serving) {
        try {
            return serving.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    /** How long {@link #close()} takes at most. */
    Duration stopWithin() {
        return stopWithin.get();
    }

    /** What is left of the time for stopping. */
    private Duration left() {
        return Duration.ofNanos(Math.max(0, stopAt - System.nanoTime()));
    }

    /** Lets nobody in any more and stops everything within the time that is set for it, whatever fails on the way. A second time does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        LOG.info("Stops");
        stopAt = System.nanoTime() + stopWithin().toNanos();
        gate.close();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("A part of the daemon did not stop cleanly", e);
            }
        }
    }
}
