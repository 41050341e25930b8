package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.PluginHost;
import io.javalin.http.Context;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Configurations of plugins and their instances: the bare object, with secrets masked. Each answer carries an {@code ETag}; a change that names one in {@code If-Match} is
 * refused when the configuration has changed since.
 */
final class ConfigRoutes implements Routes {
    private static final String PATH = "/api/v1/plugins/{id}/config";
    private static final String OF_INSTANCE = InstanceRoutes.ONE + "/config";

    private final PluginHost host;
    private final Requests requests;
    private final Json json;

    /** Make comparing the tag and changing the configuration one step, for each instance: a change may wait for a hook, and keeps no other waiting. */
    private final Map<String, Lock> locks = new ConcurrentHashMap<>();

    ConfigRoutes(PluginHost host, Requests requests, Json json) {
        this.host = host;
        this.requests = requests;
        this.json = json;
    }

    @Override
    public void addTo(RouteTable table) {
        table.get(PATH + "/schema", ctx -> requests.reply(ctx, host.configSchema(id(ctx))));
        addTo(table, PATH, ctx -> ctx.pathParam("id"));
        addTo(
                table,
                OF_INSTANCE,
                ctx -> InstanceRoutes.known(host, id(ctx), ctx.pathParam("name"))
                        .name());
    }

    private void addTo(RouteTable table, String path, Function<Context, String> instance) {
        table.get(path, ctx -> {
            String id = id(ctx);
            answer(ctx, host.config(id, instance.apply(ctx)));
        });
        table.put(path, ctx -> {
            Map<String, Object> config = requests.object(ctx);
            change(ctx, instance, (id, name) -> host.configure(id, name, config));
        });
        table.patch(path, ctx -> {
            Map<String, Object> patch = requests.object(ctx);
            change(ctx, instance, (id, name) -> host.patchConfig(id, name, patch));
        });
    }

    private void change(
            Context ctx, Function<Context, String> instance, BiFunction<String, String, Map<String, Object>> change)
            throws Exception {
        String id = id(ctx);
        String name = instance.apply(ctx);
        String wanted = ctx.header("If-Match");
        Lock lock = locks.computeIfAbsent(name, key -> new ReentrantLock());
        lock.lock();
        try {
            if (wanted != null && !wanted.equals("*") && !wanted.equals(tag(host.config(id, name)))) {
                throw PlugbayException.of(ErrorCode.CONFLICT, "The configuration has changed since it was read.")
                        .plugin(id)
                        .instance(name)
                        .remedy("Read it again, and send the change with the new ETag.")
                        .build();
            }
            answer(ctx, host.call(requests.options(ctx), () -> change.apply(id, name)));
        } finally {
            lock.unlock();
        }
    }

    private void answer(Context ctx, Map<String, Object> config) {
        ctx.header("ETag", tag(config));
        requests.reply(ctx, config);
    }

    private String tag(Map<String, Object> config) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(json.write(config));
            return "\"" + HexFormat.of().formatHex(hash, 0, 8) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private String id(Context ctx) {
        return PluginRoutes.known(host, ctx.pathParam("id")).id();
    }
}
