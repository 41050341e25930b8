package dev.plugbay.daemon;

import dev.plugbay.runtime.PluginHost;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The last log lines of a plugin, or of one of its instances; with {@code follow} as server-sent events that go on. */
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
            log(ctx, PluginRoutes.known(host, ctx.pathParam("id")).id(), line -> true);
        });
        table.get(InstanceRoutes.ONE + "/log", ctx -> {
            String id = PluginRoutes.known(host, ctx.pathParam("id")).id();
            Optional<String> name = Optional.of(
                    InstanceRoutes.known(host, id, ctx.pathParam("name")).name());
            log(ctx, id, line -> line.instance().equals(name));
        });
    }

    private void log(Context ctx, String id, Predicate<LogTail.Line> wanted) {
        int lines = Requests.number(ctx, "lines", USUAL, 0, LogTail.KEPT);
        if (Requests.flag(ctx, "follow")) {
            follow(ctx, id, lines, wanted);
        } else {
            requests.reply(ctx, Map.of("items", last(tail.last(id, LogTail.KEPT), lines, wanted)));
        }
    }

    private static List<LogTail.Line> last(List<LogTail.Line> all, int lines, Predicate<LogTail.Line> wanted) {
        List<LogTail.Line> its = all.stream().filter(wanted).toList();
        return its.subList(Math.max(0, its.size() - lines), its.size());
    }

    private void follow(Context ctx, String id, int lines, Predicate<LogTail.Line> wanted) {
        LogTail.Following following = tail.follow(id, LogTail.KEPT);
        try (Streams.Open open = streams.open(following::close)) {
            Sse sse = Sse.open(ctx, json);
            for (LogTail.Line line : last(following.before(), lines, wanted)) {
                sse.send(Optional.empty(), "line", line);
            }
            while (open.wanted()) {
                LogTail.Line line = following.next().poll(heartbeatMillis, TimeUnit.MILLISECONDS);
                if (line == null) {
                    sse.comment("heartbeat");
                } else if (wanted.test(line)) {
                    sse.send(Optional.empty(), "line", line);
                }
            }
        } catch (IOException | InterruptedException e) {
            // The client went away, or the server stops.
        }
    }
}
