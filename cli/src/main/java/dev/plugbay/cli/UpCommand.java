package dev.plugbay.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Here for help and completion only: the launcher starts the host itself, so that signals reach it. */
@Command(name = "up", description = "Start the host in the foreground; Ctrl-C stops it.")
@SuppressWarnings("UnusedVariable") // read by picocli
final class UpCommand implements Callable<Integer> {
    @Option(names = "--port", paramLabel = "N", description = "Port on loopback; 0 takes a free one. Default: 7420.")
    private int port;

    @Option(names = "--here", description = "Also load plugins from ./plugins.")
    private boolean here;

    @Option(names = "--home", paramLabel = "DIR", description = "Home folder; else PLUGBAY_HOME, else ~/.plugbay.")
    private @Nullable String home;

    @Override
    public Integer call() {
        throw Failure.usage("The host is started by the launcher, not by this command.", "Use ./plugbay up");
    }
}
