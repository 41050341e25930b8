package dev.plugbay.cloud;

import java.nio.file.Path;
import java.util.List;

/** Starts a program that would go on for ten minutes and writes its id to a file; leashed or not, and waits for it. */
final class LeashMain {
    private LeashMain() {}

    public static void main(String[] arguments) throws Exception {
        ProcessBuilder program = new ProcessBuilder(program(Path.of(arguments[1])));
        if (arguments[0].equals("leashed")) {
            try (LeashedProcess process = LeashedProcess.start(program)) {
                System.exit(process.waitFor());
            }
        }
        System.exit(program.start().waitFor());
    }

    /** Writes its id and sleeps. */
    static List<String> program(Path pid) {
        return List.of(
                "/bin/sh", "-c", "echo $$ > \"$1.new\"; mv \"$1.new\" \"$1\"; exec sleep 600", "it", pid.toString());
    }
}
