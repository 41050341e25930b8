package dev.plugbay.daemon;

import dev.plugbay.runtime.PluginHost;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The last log lines of a plugin; with {@code follow} as server-sent events that go on. */
final class LogRoutes implements Routes {
    private static final int USUAL = 100;

    private final PluginHost host;
    private final LogTail tail;
    private final Requests requests;
    private final Json json;
    private final Streams streams;
    private final long heartbeatMillis;

    LogRoutes(PluginHost host, LogTail tail, Requests requests, Json json, Streams streams, long heartbeatMillis) {
        this.host = host;
        this.tail = tail;
        this.requests = requests;
        this.json = json;
        this.streams = streams;
        this.heartbeatMillis = heartbeatMillis;
    }

    @Override
    public void addTo(RouteTable table) {
        table.get("/api/v1/plugins/{id}/log", ctx -> {
            String id = PluginRoutes.known(host, ctx.pathParam("id")).id();
            int lines = Requests.number(ctx, "lines", USUAL, 0, LogTail.KEPT);
            if (Requests.flag(ctx, "follow")) {
                follow(ctx, id, lines);
            } else {
                List<LogTail.Line> last = tail.last(id, lines);
                requests.reply(ctx, Map.of("items", last));
            }
        });
    }

    private void follow(Context ctx, String id, int lines) {
        LogTail.Following following = tail.follow(id, lines);
        try (Streams.Open open = streams.open(following::close)) {
            Sse sse = Sse.open(ctx, json);
            for (LogTail.Line line : following.before()) {
                sse.send(Optional.empty(), "line", line);
            }
            while (open.wanted()) {
                LogTail.Line line = following.next().poll(heartbeatMillis, TimeUnit.MILLISECONDS);
                if (line == null) {
                    sse.comment("heartbeat");
                } else {
                    sse.send(Optional.empty(), "line", line);
                }
            }
        } catch (IOException | InterruptedException e) {
            // The client went away, or the server stops.
        }
    }
}
