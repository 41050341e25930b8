package dev.plugbay.cli;

import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The log of one plugin or instance: its end, and what is added to it. */
final class PluginLog {
    private final Session session;
    private final String path;

    PluginLog(Session session, String path) {
        this.session = session;
        this.path = path;
    }

    int print(int lines, boolean follow) {
        String asked = path + "?lines=" + lines;
        if (follow) {
            return follow(asked + "&follow=true");
        }
        JsonNode log = session.host().get(asked);
        if (session.json()) {
            session.console().print(Json.pretty(log));
        } else {
            log.path("items").forEach(this::print);
        }
        return ExitCodes.OK;
    }

    private int follow(String asked) {
        Rest host = session.host();
        try (ServerSentEvents events = new ServerSentEvents(host.stream(asked, "text/event-stream"))) {
            for (var event = events.next(); event.isPresent(); event = events.next()) {
                if (session.json()) {
                    session.console().print(event.get().data());
                } else {
                    print(Json.read(event.get().data()));
                }
                if (session.console().isOutClosed()) {
                    return ExitCodes.OK;
                }
            }
        } catch (IOException | JacksonException broken) {
            throw host.address().unreachable("the log broke off");
        }
        throw host.address().unreachable("it ended the log");
    }

    private void print(JsonNode line) {
        StringBuilder text = new StringBuilder()
                .append(Times.local(Json.text(line, "at")))
                .append(' ')
                .append(Json.text(line, "level"))
                .append(' ')
                .append(Json.text(line, "message"));
        line.path("data")
                .properties()
                .forEach(pair ->
                        text.append(' ').append(pair.getKey()).append('=').append(Json.text(pair.getValue())));
        session.console().print(Text.clean(text.toString()));
        String error = Json.text(line, "error");
        if (!error.isEmpty()) {
            error.lines().forEach(frame -> session.console().print("    " + Text.clean(frame.replace("\t", "  "))));
        }
    }
}
