package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;

/**
 * The server: one connector on loopback, each request on a virtual thread. {@link Gate} lets requests in, the routes answer them,
 * {@link Failures} turns what they throw into problems.
 */
final class HttpServer implements AutoCloseable {
    /** The most that a JSON body may have. */
    static final long BODY_LIMIT = 1024 * 1024;

    private final Javalin javalin;
    private final String host;

    private HttpServer(Javalin javalin, String host) {
        this.javalin = javalin;
        this.host = host;
    }

    /**
     * Starts serving.
     *
     * @param host a loopback address
     * @param port 0 for a free one
     * @throws PlugbayException {@link ErrorCode#CONFLICT} when the port is taken
     */
    static HttpServer start(String host, int port, Gate gate, RouteTable table, Json json) {
        Failures failures = new Failures(json);
        Javalin javalin = Javalin.create(config -> {
            basics(config);
            config.jetty.modifyServer(server -> server.setErrorHandler(new ErrorPages(json)));
            config.jetty.host = host;
            config.jetty.port = port;
            config.routes.before(gate::check);
            failures.addTo(config);
            for (RouteTable.Route route : table.routes()) {
                config.routes.addHttpHandler(HandlerType.findOrCreate(route.method()), route.path(), route.handler());
            }
        });
        try {
            javalin.start();
        } catch (JavalinBindException e) {
            if (e.getCause() instanceof IOException cause && !isTaken(cause)) {
                throw PlugbayException.of(
                                ErrorCode.PERMISSION_DENIED,
                                "Port " + port + " of " + host + " cannot be used: " + FileFailures.reason(cause) + ".")
                        .remedy(
                                "Ports below 1024 take special rights; name a higher one with --port or \"listen\" in plugbay.yaml.")
                        .build();
            }
            throw PlugbayException.of(
                            ErrorCode.CONFLICT, "Port " + port + " of " + host + " is taken by another program.")
                    .remedy(
                            "Start with --port 0 for a free one, or name another with --port or \"listen\" in plugbay.yaml.")
                    .build();
        }
        return new HttpServer(javalin, host);
    }

    private static boolean isTaken(IOException failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return !String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT).contains("permission denied");
    }

    /** Where it serves, such as {@code http://127.0.0.1:7420}. */
    String url() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + javalin.port();
    }

    /** Stops: takes no more requests and ends those that run. */
    @Override
    public void close() {
        javalin.stop();
    }

    private static void basics(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = BODY_LIMIT;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.generateEtags = false;
        config.router.ignoreTrailingSlashes = false;
        // Ids in paths may hold slashes and percent signs when encoded; routes are matched on the encoded path.
        config.jetty.modifyHttpConfiguration(http -> {
            http.setUriCompliance(UriCompliance.from("RFC3986,AMBIGUOUS_PATH_SEPARATOR,AMBIGUOUS_PATH_ENCODING"));
            http.setSendServerVersion(false);
            http.setSendDateHeader(false);
        });
        config.jetty.modifyServletContextHandler(HttpServer::decodeAmbiguous);
    }

    private static void decodeAmbiguous(ServletContextHandler handler) {
        handler.getServletHandler().setDecodeAmbiguousURIs(true);
    }

    /** All routes of some parts. */
    static RouteTable table(List<Routes> parts) {
        RouteTable table = new RouteTable();
        parts.forEach(part -> part.addTo(table));
        return table;
    }
}
