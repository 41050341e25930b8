package dev.plugbay.daemon;

import dev.plugbay.api.Registration;
import dev.plugbay.runtime.HostEvent;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Events as server-sent events. Each client has a bounded queue; one that does not keep up is dropped, told so by a last event, and nobody waits for it.
 * Nothing is kept for clients that come back: {@code Last-Event-ID} is ignored.
 */
final class EventRoutes implements Routes {
    private static final int QUEUE = 1024;

    private final EventHub events;
    private final Json json;
    private final Streams streams;
    private final long heartbeatMillis;

    EventRoutes(EventHub events, Json json, Streams streams, long heartbeatMillis) {
        this.events = events;
        this.json = json;
        this.streams = streams;
        this.heartbeatMillis = heartbeatMillis;
    }

    @Override
    public void addTo(RouteTable table) {
        table.get("/api/v1/events", this::serve);
    }

    private void serve(Context ctx) throws Exception {
        Optional<Pattern> types = Requests.query(ctx, "types").map(EventRoutes::pattern);
        BlockingQueue<HostEvent> queue = new LinkedBlockingQueue<>(QUEUE);
        AtomicBoolean behind = new AtomicBoolean();
        long number = 0;
        Registration source = events.subscribe(event -> {
            boolean wanted =
                    types.isEmpty() || types.get().matcher(event.type()).matches();
            if (wanted && !queue.offer(event)) {
                behind.set(true);
            }
        });
        try (Streams.Open open = streams.open(source::close)) {
            Sse sse = Sse.open(ctx, json);
            while (open.wanted() && !behind.get()) {
                HostEvent event = queue.poll(heartbeatMillis, TimeUnit.MILLISECONDS);
                if (event == null) {
                    sse.comment("heartbeat");
                } else {
                    sse.send(Optional.of(Long.toString(++number)), event.type(), event);
                }
            }
            if (behind.get()) {
                sse.comment("dropped: this client did not keep up; connect again and read the state anew");
            }
        } catch (IOException e) {
            // The client went away, which is how every stream of events ends.
        } catch (InterruptedException e) {
            // The server stops.
        }
    }

    /** {@code plugin.*,job.finished}: exact types, or everything that begins alike. */
    private static Pattern pattern(String types) {
        List<String> alternatives = List.of(types.split(",", -1)).stream()
                .map(String::strip)
                .filter(type -> !type.isEmpty())
                .map(type -> type.endsWith("*")
                        ? Pattern.quote(type.substring(0, type.length() - 1)) + ".*"
                        : Pattern.quote(type))
                .toList();
        return Pattern.compile(String.join("|", alternatives));
    }
}
