package dev.plugbay.daemon;

import dev.plugbay.api.PlugbayException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Starts the daemon in the foreground. */
public final class Main {
    private Main() {}

    /** Starts it: {@code [--port N] [--here] [--home DIR] [--bundled DIR]}. */
    public static void main(String[] args) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        DaemonOptions options = new DaemonOptions(
                Path.of(environment.getOrDefault("PLUGBAY_HOME", System.getProperty("user.home") + "/.plugbay")),
                OptionalInt.empty(),
                false,
                Optional.empty(),
                environment);
        PrintStream out = System.out;
        try {
            Daemon daemon = Daemon.start(options);
            Runtime.getRuntime().addShutdownHook(new Thread(daemon::close, "plugbay-stop"));
            out.println("Plugbay serves at " + daemon.url());
        } catch (PlugbayException e) {
            System.err.println("plugbay: " + e.code() + ": " + e.detail());
            System.exit(e.code().exitCode());
        }
        Thread.currentThread().join();
    }
}
