package dev.plugbay.cli;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a command reads and writes: results on {@code out}, everything else on {@code err}.
 *
 * @param in standard input
 * @param out for results
 * @param err for progress and messages
 * @param outIsTerminal whether somebody reads the results on a terminal
 * @param errIsTerminal whether somebody reads the messages on a terminal
 * @param environment the environment variables
 */
record Console(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Map<String, String> environment) {
    private static final int USUAL_WIDTH = 80;
    private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)");

    /** The process's own. The launcher says which of them are terminals; Java cannot tell each one. */
    static Console ofProcess() {
        List<String> terminals =
                List.of(System.getProperty("plugbay.terminals", "").split(",", -1));
        return new Console(
                System.in,
                new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                terminals.contains("out"),
                terminals.contains("err"),
                System.getenv());
    }

    /** An environment variable, empty when it is not set. */
    String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    /** Whether messages may be coloured. */
    boolean coloursErr() {
        return errIsTerminal
                && variable("NO_COLOR").isEmpty()
                && !variable("TERM").equals("dumb");
    }

    /** How many cells a line of results may have; 0 when nobody looks. */
    int outWidth() {
        return outIsTerminal ? width() : 0;
    }

    /** How many cells a line of messages may have. */
    int errWidth() {
        return width();
    }

    private int width() {
        String columns = variable("COLUMNS");
        if (columns.matches("[1-9]\\d{0,3}")) {
            return Integer.parseInt(columns);
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            var matcher = SIZE.matcher(size);
            int found = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
            return found > 0 ? found : USUAL_WIDTH;
        } catch (IOException noTerminal) {
            return USUAL_WIDTH;
        }
    }

    /** A line of results. */
    void print(String line) {
        out.println(line);
    }

    /** A message. */
    void say(String line) {
        err.println(line);
    }

    /** Whether whoever read the results has gone away. */
    boolean isOutClosed() {
        return out.checkError();
    }
}
