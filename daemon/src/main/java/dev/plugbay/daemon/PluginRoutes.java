package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.Candidate;
import dev.plugbay.runtime.PluginHost;
import dev.plugbay.runtime.PluginState;
import dev.plugbay.runtime.PluginStatus;
import dev.plugbay.runtime.Problem;
import dev.plugbay.runtime.ReloadOptions;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Plugins: what is known of them, and their life cycle. Requests answer when a change is published or refused, and do not wait for the drain of what was replaced. What stops one waits a few seconds for its calls, and until its state is
 * kept, so that the answer can say so.
 */
final class PluginRoutes implements Routes {
    private static final String ONE = "/api/v1/plugins/{id}";

    private final PluginHost host;
    private final Requests requests;
    private final LogTail tail;

    PluginRoutes(PluginHost host, Requests requests, LogTail tail) {
        this.host = host;
        this.requests = requests;
        this.tail = tail;
    }

    @Override
    public void addTo(RouteTable table) {
        table.get("/api/v1/plugins", ctx -> requests.reply(ctx, Listing.of(ctx, host.plugins(), PluginStatus::id)));
        table.get(ONE, ctx -> requests.reply(ctx, known(host, id(ctx))));
        table.delete(ONE, this::remove);
        table.post("/api/v1/plugins/discover", ctx -> {
            List<Candidate> candidates = call(ctx, host::discover);
            requests.reply(ctx, Map.of("items", candidates));
        });
        table.post("/api/v1/plugins/reload", this::reloadAll);
        table.post(ONE + "/load", ctx -> change(ctx, host::load));
        table.post(ONE + "/unload", ctx -> change(ctx, host::unload));
        table.post(ONE + "/start", ctx -> change(ctx, host::start));
        table.post(ONE + "/stop", ctx -> change(ctx, host::stop));
        table.post(ONE + "/enable", ctx -> change(ctx, host::enable));
        table.post(ONE + "/disable", ctx -> change(ctx, host::disable));
        table.post(ONE + "/reload", ctx -> {
            ReloadOptions options = new ReloadOptions(Requests.flag(ctx, "cancelRunning"));
            change(ctx, id -> host.reload(id, options));
        });
        table.get(ONE + "/health", ctx -> requests.reply(ctx, call(ctx, () -> host.health(id(ctx)))));
    }

    /** The plugin of that id, or {@link ErrorCode#NOT_FOUND}. */
    static PluginStatus known(PluginHost host, String id) {
        return host.plugin(id).orElseThrow(() -> {
            List<String> near =
                    Nearest.of(id, host.plugins().stream().map(PluginStatus::id).toList());
            Optional<PluginStatus> holder = host.plugins().stream()
                    .filter(plugin -> plugin.instances().stream()
                            .anyMatch(instance -> instance.name().equals(id)))
                    .findFirst();
            if (holder.isPresent()) {
                String plugin = holder.get().id();
                return PlugbayException.of(
                                ErrorCode.NOT_FOUND,
                                "There is no plugin \"" + id + "\"; that is an instance of the plugin \"" + plugin
                                        + "\".")
                        .plugin(plugin)
                        .instance(id)
                        .remedy("See it with: plugbay instances show " + plugin + " " + id + ".")
                        .build();
            }
            return PlugbayException.of(
                            ErrorCode.NOT_FOUND,
                            "There is no plugin \"" + id + "\"."
                                    + (near.isEmpty() ? "" : " The nearest known one is \"" + near.getFirst() + "\"."))
                    .remedy(
                            "GET /api/v1/plugins lists those that are known; put a missing one into the folder plugins of the home folder.")
                    .build();
        });
    }

    private void change(Context ctx, Function<String, PluginStatus> change) throws Exception {
        String id = id(ctx);
        known(host, id);
        requests.reply(ctx, call(ctx, () -> change.apply(id)));
    }

    private void remove(Context ctx) throws Exception {
        String id = id(ctx);
        boolean purge = Requests.flag(ctx, "purge");
        if (!purge) { // of one that is not there any more something may be kept
            known(host, id);
        }
        call(ctx, () -> {
            host.remove(id, purge);
            return id;
        });
        tail.forget(id);
        ctx.status(204);
    }

    /** Reloads each plugin that runs; one that fails does not keep the others from it. */
    private void reloadAll(Context ctx) throws Exception {
        ReloadOptions options = new ReloadOptions(Requests.flag(ctx, "cancelRunning"));
        List<Map<String, Object>> items = new ArrayList<>();
        for (PluginStatus plugin : host.plugins()) {
            if (plugin.instances().stream().noneMatch(instance -> instance.state() == PluginState.RUNNING)) {
                continue;
            }
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("id", plugin.id());
            try {
                item.put("plugin", call(ctx, () -> host.reload(plugin.id(), options)));
            } catch (PlugbayException e) {
                item.put("problem", Problem.of(e));
            }
            items.add(item);
        }
        requests.reply(ctx, Map.of("items", items));
    }

    private <T> T call(Context ctx, java.util.concurrent.Callable<T> work) throws Exception {
        return host.call(requests.options(ctx), work);
    }

    private static String id(Context ctx) {
        return ctx.pathParam("id");
    }
}
