package dev.plugbay.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What one command line did, in this process.
 *
 * @param exit the exit code
 * @param out what came on stdout
 * @param err what came on stderr
 */
record Run(int exit, String out, String err) {
    static Run of(FakeHost host, String... args) {
        return with(Map.of("PLUGBAY_URL", host.url(), "PLUGBAY_TOKEN", "secret"), "", args);
    }

    static Run with(Map<String, String> environment, String input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> variables = new HashMap<>(Map.of("PLUGBAY_HOME", "/nonexistent/plugbay"));
        variables.putAll(environment);
        Console console = new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                variables);
        int exit = new Cli(console).run(args);
        return new Run(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
