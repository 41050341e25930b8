package dev.plugbay.cli;

/** The {@code plugbay} command. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code, see {@link ExitCodes}. */
    public static void main(String[] args) {
        Console console = Console.ofProcess();
        int exitCode = new Cli(console).run(args);
        console.out().flush();
        System.exit(exitCode);
    }
}
