package dev.plugbay.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The word {@code plugbay} itself. */
@Command(
        name = "plugbay",
        description = "Runs plugins, and what they offer: virtual machines to list and to export.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "In a checkout: ./plugbay test builds and tests everything; ./plugbay prove does the same with each slow proof",
            "in full length. What follows goes to Maven.",
            "",
            "Results go to stdout, progress and messages to stderr.",
            "Exit codes: 0 ok, 1 failed, 2 usage, 3 no host answers, 4 not found, 5 refused or conflict, 130 cancelled."
        })
final class PlugbayCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    @SuppressWarnings("UnusedVariable") // read by picocli
    private final GlobalOptions options;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Print what a command does, and its options.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    PlugbayCommand(Session session, GlobalOptions options) {
        this.session = session;
        this.options = options;
    }

    @Override
    public Integer call() {
        new Cli(session.console()).model().usage(session.console().err());
        return ExitCodes.USAGE;
    }
}
