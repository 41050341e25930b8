package dev.plugbay.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What happens in the host, as it happens. */
@Command(name = "events", description = "Print events as they happen, until Ctrl-C; with --json one object per line.")
final class EventsCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            description = "Only these, such as job.finished or plugin.*; may be repeated.")
    private @Nullable List<String> types;

    EventsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        String path = "/api/v1/events" + (types == null ? "" : "?types=" + Rest.encode(String.join(",", types)));
        Console console = session.console();
        try (ServerSentEvents events = new ServerSentEvents(session.host().stream(path, "text/event-stream"))) {
            for (var event = events.next(); event.isPresent(); event = events.next()) {
                String kind = event.get().type();
                console.print(
                        session.json()
                                ? event.get().data()
                                : line(kind, event.get().data()));
                if (console.isOutClosed()) {
                    return ExitCodes.OK;
                }
            }
        } catch (IOException broken) {
            throw session.host().address().unreachable("the stream of events broke");
        }
        throw session.host().address().unreachable("it ended the stream of events");
    }

    private static String line(String type, String data) {
        try {
            JsonNode event = Json.read(data);
            StringBuilder line = new StringBuilder();
            String at = Times.clock(Json.text(event, "at"));
            line.append(at.isEmpty() ? "" : at + " ").append(type);
            event.properties().forEach(member -> {
                if (!List.of("at", "type").contains(member.getKey())) {
                    append(line, member.getKey(), member.getValue());
                }
            });
            return Text.clean(line.toString());
        } catch (JacksonException e) {
            return Text.clean(type + " " + data);
        }
    }

    private static void append(StringBuilder line, String name, JsonNode value) {
        if (name.equals("data") && value.isObject()) {
            value.properties().forEach(member -> append(line, member.getKey(), member.getValue()));
        } else {
            line.append(' ').append(name).append('=').append(Json.text(value));
        }
    }
}
