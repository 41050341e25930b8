package dev.plugbay.daemon;

import dev.plugbay.runtime.PluginHost;

/** Plugins: what is known of them, and their life cycle. */
final class PluginRoutes implements Routes {
    private final PluginHost host;
    private final Requests requests;

    PluginRoutes(PluginHost host, Requests requests) {
        this.host = host;
        this.requests = requests;
    }

    @Override
    public void addTo(RouteTable table) {
        table.get(
                "/api/v1/plugins", ctx -> requests.reply(ctx, Listing.of(ctx, host.plugins(), plugin -> plugin.id())));
    }
}
