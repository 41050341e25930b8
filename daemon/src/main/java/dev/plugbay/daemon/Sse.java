package dev.plugbay.daemon;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes server-sent events, on the request's own virtual thread. */
final class Sse {
    private final ServletOutputStream out;
    private final Json json;

    private Sse(ServletOutputStream out, Json json) {
        this.out = out;
        this.json = json;
    }

    /** Begins the answer. */
    static Sse open(Context ctx, Json json) throws IOException {
        ctx.status(200).contentType("text/event-stream;charset=utf-8").header("X-Accel-Buffering", "no");
        ctx.res().setStatus(200);
        ctx.res().setContentType("text/event-stream;charset=utf-8");
        Sse sse = new Sse(ctx.res().getOutputStream(), json);
        sse.comment("plugbay");
        return sse;
    }

    /** Sends an event. */
    void send(Optional<String> id, String type, Object data) throws IOException {
        StringBuilder event = new StringBuilder();
        id.ifPresent(value -> event.append("id: ").append(value).append('\n'));
        event.append("event: ").append(type).append('\n');
        // JSON on one line: data never needs a second.
        event.append("data: ").append(json.text(data)).append("\n\n");
        write(event.toString());
    }

    /** Sends what clients ignore, and a connection that is gone does not survive. */
    void comment(String text) throws IOException {
        write(": " + text + "\n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
