package dev.plugbay.daemon;

import java.util.LinkedHashMap;
import java.util.Map;

/** What concerns the host itself: its version, whether it lives and is ready. */
final class SystemRoutes implements Routes {
    static final String VERSION = "1.0.0";

    private final Requests requests;

    SystemRoutes(Requests requests) {
        this.requests = requests;
    }

    @Override
    public void addTo(RouteTable table) {
        table.get("/api/v1/version", ctx -> {
            Map<String, Object> version = new LinkedHashMap<>();
            version.put("version", VERSION);
            version.put("java", Runtime.version().toString());
            version.put("pid", ProcessHandle.current().pid());
            requests.reply(ctx, version);
        });
        table.get("/livez", ctx -> requests.reply(ctx, Map.of("status", "live")));
        table.get("/readyz", ctx -> requests.reply(ctx, Map.of("status", "ready")));
    }
}
