package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the command line: {@code [--port N] [--here] [--home DIR] [--bundled DIR]}, values also as {@code --port=N}. */
final class Arguments {
    private static final int HIGHEST_PORT = 65_535;

    private Arguments() {}

    static DaemonOptions read(List<String> arguments, Map<String, String> environment, String userHome) {
        Optional<String> homeArgument = Optional.empty();
        Optional<Path> bundled = Optional.empty();
        OptionalInt port = OptionalInt.empty();
        boolean here = false;
        Iterator<String> rest = arguments.stream()
                .flatMap(argument -> argument.startsWith("--") && argument.contains("=")
                        ? List.of(argument.split("=", 2)).stream()
                        : List.of(argument).stream())
                .iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            switch (argument) {
                case "--port" -> port = OptionalInt.of(port(value(argument, rest)));
                case "--home" -> homeArgument = Optional.of(value(argument, rest));
                case "--bundled" -> bundled = Optional.of(path(value(argument, rest), userHome));
                case "--here" -> here = true;
                default -> throw usage("The argument \"" + argument + "\" is not known.");
            }
        }
        String home = homeArgument
                .or(() -> Optional.ofNullable(environment.get("PLUGBAY_HOME")).filter(value -> !value.isBlank()))
                .orElse("~/.plugbay");
        return new DaemonOptions(path(home, userHome), port, here, bundled, environment, userHome);
    }

    private static String value(String argument, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw usage(argument + " needs a value.");
        }
        return rest.next();
    }

    private static int port(String text) {
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= HIGHEST_PORT) {
            return Integer.parseInt(text);
        }
        throw usage("--port is a number from 0 to " + HIGHEST_PORT + ", not \"" + text + "\".");
    }

    private static Path path(String text, String userHome) {
        try {
            String expanded = text.equals("~") || text.startsWith("~/") ? userHome + text.substring(1) : text;
            return Path.of(expanded).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw usage("\"" + text + "\" is no path.");
        }
    }

    private static PlugbayException usage(String what) {
        return PlugbayException.of(ErrorCode.INVALID_REQUEST, what)
                .remedy("Usage: plugbay up [--port N] [--here] [--home DIR]")
                .build();
    }
}
