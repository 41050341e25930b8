package dev.plugbay.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Stops the host that runs for the home folder. */
@Command(name = "down", description = "Stop the host of the home folder, and wait until it is gone.")
final class DownCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait for it. Default: 60.")
    private int timeout;

    DownCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        HomeFolder home = HomeFolder.of(session.console());
        DaemonProcess daemon = DaemonProcess.of(home)
                .orElseThrow(() -> Failure.unreachable(
                        "No host runs for " + home.folder() + ".", "If it runs for another folder, set PLUGBAY_HOME."));
        long pid = daemon.process().pid();
        session.say("Stopping the host at " + daemon.url() + " (process " + pid + ")");
        if (!daemon.process().destroy()) {
            throw Failure.of(
                    "PermissionDenied",
                    403,
                    "Not permitted",
                    "Process " + pid + " could not be told to stop.",
                    "Stop it as the user who started it.");
        }
        try {
            daemon.process().onExit().get(timeout, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw Failure.of(
                    "CallTimeout",
                    504,
                    "Not in time",
                    "Process " + pid + " was told to stop, but runs on after " + timeout + " s.",
                    "Wait for it with a longer --timeout, or end it with: kill -9 " + pid);
        }
        ObjectNode result = Json.object();
        result.put("pid", pid);
        result.put("stopped", true);
        session.show(result, () -> List.of("stopped"));
        return ExitCodes.OK;
    }
}
