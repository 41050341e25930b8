package dev.plugbay.daemon;

import io.javalin.http.Handler;
import java.util.ArrayList;
import java.util.List;

/** Every route of the server, in the order in which it was added. Paths are written as in OpenAPI: {@code /api/v1/plugins/{id}}. */
final class RouteTable {
    private final List<Route> routes = new ArrayList<>();

    RouteTable get(String path, Handler handler) {
        return add("GET", path, handler);
    }

    RouteTable post(String path, Handler handler) {
        return add("POST", path, handler);
    }

    RouteTable put(String path, Handler handler) {
        return add("PUT", path, handler);
    }

    RouteTable patch(String path, Handler handler) {
        return add("PATCH", path, handler);
    }

    RouteTable delete(String path, Handler handler) {
        return add("DELETE", path, handler);
    }

    /** All of them. */
    List<Route> routes() {
        return List.copyOf(routes);
    }

    private RouteTable add(String method, String path, Handler handler) {
        routes.add(new Route(method, path, handler));
        return this;
    }

    /** One route. */
    record Route(String method, String path, Handler handler) {}
}
