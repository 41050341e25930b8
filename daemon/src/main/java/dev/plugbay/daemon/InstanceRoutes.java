package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.InstanceSpec;
import dev.plugbay.runtime.PluginHost;
import dev.plugbay.runtime.PluginStatus.InstanceStatus;
import dev.plugbay.runtime.ReloadOptions;
import io.javalin.http.Context;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A plugin's instances and their life cycle. Requests answer when a change is published or refused, and do not wait for the drain of what was replaced. What stops one waits a few seconds for its calls, and until its state is
 * kept, so that the answer can say so.
 */
final class InstanceRoutes implements Routes {
    /** The instances of a plugin. */
    static final String ALL = "/api/v1/plugins/{id}/instances";

    /** One of them. */
    static final String ONE = ALL + "/{name}";

    private final PluginHost host;
    private final Requests requests;

    InstanceRoutes(PluginHost host, Requests requests) {
        this.host = host;
        this.requests = requests;
    }

    /** What is asked of one instance. */
    private interface Change {
        InstanceStatus of(String id, String name);
    }

    @Override
    public void addTo(RouteTable table) {
        table.get(ALL, ctx -> requests.reply(ctx, Listing.of(ctx, host.instances(id(ctx)), InstanceStatus::name)));
        table.get(ONE, ctx -> requests.reply(ctx, known(ctx)));
        table.put(ONE, this::put);
        table.delete(ONE, this::remove);
        table.post(ONE + "/load", ctx -> change(ctx, host::load));
        table.post(ONE + "/unload", ctx -> change(ctx, host::unload));
        table.post(ONE + "/start", ctx -> change(ctx, host::start));
        table.post(ONE + "/stop", ctx -> change(ctx, host::stop));
        table.post(ONE + "/enable", ctx -> change(ctx, host::enable));
        table.post(ONE + "/disable", ctx -> change(ctx, host::disable));
        table.post(ONE + "/reload", ctx -> {
            ReloadOptions options = new ReloadOptions(Requests.flag(ctx, "cancelRunning"));
            change(ctx, (id, name) -> host.reload(id, name, options));
        });
        table.get(ONE + "/health", ctx -> {
            String id = id(ctx);
            requests.reply(ctx, call(ctx, () -> host.health(id, name(ctx))));
        });
    }

    /** Makes or replaces one; with {@code If-None-Match: *} only makes. */
    private void put(Context ctx) throws Exception {
        String id = id(ctx);
        String name = name(ctx);
        Body body = Body.of(requests.object(ctx), "enabled", "config");
        InstanceSpec spec = new InstanceSpec(body.flag("enabled", true), body.object("config"));
        boolean onlyNew = "*".equals(ctx.header("If-None-Match"));
        boolean there = host.instance(id, name).isPresent();
        InstanceStatus now =
                call(ctx, () -> onlyNew ? host.addInstance(id, name, spec) : host.putInstance(id, name, spec));
        requests.reply(ctx, there ? 200 : 201, now);
    }

    private void remove(Context ctx) throws Exception {
        String id = id(ctx);
        boolean purge = Requests.flag(ctx, "purge");
        call(ctx, () -> {
            host.removeInstance(id, name(ctx), purge);
            return id;
        });
        ctx.status(204);
    }

    private void change(Context ctx, Change change) throws Exception {
        String id = id(ctx);
        requests.reply(ctx, call(ctx, () -> change.of(id, name(ctx))));
    }

    private InstanceStatus known(Context ctx) {
        return known(host, id(ctx), name(ctx));
    }

    /** An instance, or {@link ErrorCode#NOT_FOUND}. */
    static InstanceStatus known(PluginHost host, String id, String name) {
        return host.instance(id, name).orElseThrow(() -> absent(host, id, name));
    }

    private static PlugbayException absent(PluginHost host, String id, String name) {
        List<String> near = Nearest.of(
                name, host.instances(id).stream().map(InstanceStatus::name).toList());
        return PlugbayException.of(
                        ErrorCode.NOT_FOUND,
                        "Plugin " + id + " has no instance \"" + name + "\"."
                                + (near.isEmpty() ? "" : " The nearest known one is \"" + near.getFirst() + "\"."))
                .plugin(id)
                .remedy("\"plugbay instances list " + id + "\" lists them; \"plugbay instances add\" makes one.")
                .build();
    }

    private <T> T call(Context ctx, Callable<T> work) throws Exception {
        return host.call(requests.options(ctx), work);
    }

    private String id(Context ctx) {
        return PluginRoutes.known(host, ctx.pathParam("id")).id();
    }

    private static String name(Context ctx) {
        return ctx.pathParam("name");
    }
}
