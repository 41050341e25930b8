package dev.plugbay.daemon;

import dev.plugbay.runtime.HostSettings;
import dev.plugbay.runtime.Plugbay;
import dev.plugbay.runtime.PluginHost;
import java.util.List;

/** The ready-made host, wired by hand: everything that it consists of is made here, and closed here in the opposite order. */
final class Daemon implements AutoCloseable {
    private final Home home;
    private final Database database;
    private final PluginHost host;
    private final HttpServer server;

    private Daemon(Home home, Database database, PluginHost host, HttpServer server) {
        this.home = home;
        this.database = database;
        this.host = host;
        this.server = server;
    }

    static Daemon start(DaemonOptions options) {
        Home home = Home.open(options.home());
        Json json = new Json();
        Requests requests = new Requests(json);
        EventHub events = new EventHub();
        Database database = Database.open(home.database());
        PluginHost host = Plugbay.builder()
                .settings(HostSettings.defaults())
                .home(home.folder())
                .store(new SqliteHostStore(database, json))
                .start();
        host.onEvent(events::publish);
        List<Routes> parts = List.of(new SystemRoutes(requests), new PluginRoutes(host, requests));
        HttpServer server =
                HttpServer.start("127.0.0.1", options.port().orElse(7420), home.token(), HttpServer.table(parts), json);
        return new Daemon(home, database, host, server);
    }

    /** Where it serves. */
    String url() {
        return server.url();
    }

    @Override
    public void close() {
        server.close();
        host.close();
        database.close();
        home.close();
    }
}
