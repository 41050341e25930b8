package dev.plugbay.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** One run of the command: where it reads and writes, what the global options say, and the host, once it is needed. */
final class Session implements AutoCloseable {
    private final Console console;
    private final GlobalOptions options;
    private Optional<Rest> rest = Optional.empty();

    Session(Console console, GlobalOptions options) {
        this.console = console;
        this.options = options;
    }

    Console console() {
        return console;
    }

    boolean json() {
        return options.json;
    }

    /** The host; {@link Failure} with exit code 3 if none can be found. */
    Rest host() {
        if (rest.isEmpty()) {
            rest = Optional.of(new Rest(Address.find(console, options.url())));
        }
        return rest.get();
    }

    @Override
    public void close() {
        rest.ifPresent(Rest::close);
    }

    /** Shows a result: as JSON if that is asked for, else the lines. */
    void show(JsonNode result, Supplier<List<String>> lines) {
        if (json()) {
            console.print(Json.pretty(result));
        } else {
            lines.get().forEach(console::print);
        }
    }

    /** Shows a table, or says on stderr that there is nothing to show. */
    void show(JsonNode result, Table table, String nothing) {
        if (json()) {
            console.print(Json.pretty(result));
        } else if (table.isEmpty()) {
            console.say(nothing);
        } else {
            table.lines(console.outWidth()).forEach(console::print);
        }
    }

    /** A message beside the result. */
    void say(String message) {
        if (!json()) {
            console.say(Text.clean(message));
        }
    }
}
