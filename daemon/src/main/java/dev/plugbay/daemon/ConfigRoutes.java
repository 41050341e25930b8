package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.PluginHost;
import io.javalin.http.Context;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Plugins' configurations: the bare object, with secrets masked. Each answer carries an {@code ETag}; a change that names one in {@code If-Match} is
 * refused when the configuration has changed since.
 */
final class ConfigRoutes implements Routes {
    private static final String PATH = "/api/v1/plugins/{id}/config";

    private final PluginHost host;
    private final Requests requests;
    private final Json json;

    /** Makes comparing the tag and changing the configuration one step. */
    private final Lock lock = new ReentrantLock();

    ConfigRoutes(PluginHost host, Requests requests, Json json) {
        this.host = host;
        this.requests = requests;
        this.json = json;
    }

    @Override
    public void addTo(RouteTable table) {
        table.get(PATH, ctx -> answer(ctx, host.config(id(ctx))));
        table.get(PATH + "/schema", ctx -> requests.reply(ctx, host.configSchema(id(ctx))));
        table.put(PATH, ctx -> {
            Map<String, Object> config = requests.object(ctx);
            change(ctx, () -> host.configure(id(ctx), config));
        });
        table.patch(PATH, ctx -> {
            Map<String, Object> patch = requests.object(ctx);
            change(ctx, () -> host.patchConfig(id(ctx), patch));
        });
    }

    private void change(Context ctx, Callable<Map<String, Object>> change) throws Exception {
        String wanted = ctx.header("If-Match");
        lock.lock();
        try {
            if (wanted != null && !wanted.equals("*") && !wanted.equals(tag(host.config(id(ctx))))) {
                throw PlugbayException.of(ErrorCode.CONFLICT, "The configuration has changed since it was read.")
                        .plugin(id(ctx))
                        .remedy("Read it again, and send the change with the new ETag.")
                        .build();
            }
            answer(ctx, host.call(requests.options(ctx), change));
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
