package dev.plugbay.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads a stream of server-sent events, as the HTML standard describes it. */
final class ServerSentEvents implements AutoCloseable {
    private final BufferedReader reader;

    ServerSentEvents(InputStream stream) {
        this.reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /**
     * One event.
     *
     * @param type its type; {@code message} if the stream does not say
     * @param data its data
     */
    record Event(String type, String data) {}

    /** The next event; empty at the end of the stream. An event that is cut off by the end is dropped. */
    Optional<Event> next() throws IOException {
        String type = "message";
        StringBuilder data = new StringBuilder();
        boolean any = false;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.isEmpty()) {
                if (any) {
                    return Optional.of(new Event(type, data.toString()));
                }
                type = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (field.equals("event")) {
                type = value;
            } else if (field.equals("data")) {
                data.append(any ? "\n" : "").append(value);
                any = true;
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
