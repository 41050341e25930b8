package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.PluginStatus;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Starts the daemon in the foreground: {@code [--port N] [--here] [--home DIR] [--bundled DIR]}. */
public final class Main {
    private static final long STOP_SECONDS = 20;

    private final PrintStream out;
    private final PrintStream err;

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Starts it, and ends with the exit code of what went wrong if it cannot. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        int exit = new Main(out, err).run(List.of(arguments));
        if (exit != 0) {
            System.exit(exit);
        }
    }

    private int run(List<String> arguments) {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Daemon daemon;
        try {
            DaemonOptions options = Arguments.read(arguments, System.getenv(), System.getProperty("user.home"));
            daemon = Daemon.start(options);
            greet(daemon, options);
        } catch (PlugbayException e) {
            err.println("plugbay: " + e.detail() + " (" + e.code() + ")");
            e.remedy().ifPresent(remedy -> err.println("         " + remedy));
            return e.code().exitCode();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Main.class).error("The daemon could not start", e);
            err.println("plugbay: The daemon could not start: " + e.getMessage() + " (" + ErrorCode.INTERNAL + ")");
            err.println("         The log in the home folder says more; please report it.");
            return ErrorCode.INTERNAL.exitCode();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitStop(stop, stopped), "plugbay-signal"));
        await(stop);
        try {
            daemon.close();
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    /** Runs on SIGTERM and SIGINT: has the main thread stop everything, and gives it a while. */
    private void awaitStop(CountDownLatch stop, CountDownLatch stopped) {
        stop.countDown();
        try {
            if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                err.println("plugbay: Not everything stopped within " + STOP_SECONDS + " s; ends all the same.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch stop) {
        try {
            stop.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void greet(Daemon daemon, DaemonOptions options) {
        out.println("Plugbay " + Version.current() + " serves at " + daemon.url());
        out.println("Home     " + options.home());
        List<PluginStatus> plugins = daemon.host().plugins();
        if (plugins.isEmpty()) {
            out.println("Plugins  none; put one into " + options.home().resolve("plugins"));
        }
        for (int i = 0; i < plugins.size(); i++) {
            out.println((i == 0 ? "Plugins  " : "         ") + line(plugins.get(i)));
        }
        out.println("Stop     Ctrl-C, or \"plugbay down\"");
    }

    private static String line(PluginStatus plugin) {
        StringBuilder line = new StringBuilder();
        line.append(plugin.id())
                .append(' ')
                .append(plugin.version())
                .append("  ")
                .append(plugin.state());
        if (plugin.health().level().worseThan(Health.Level.HEALTHY)) {
            line.append(", ").append(plugin.health().level());
            plugin.health().reasons().stream()
                    .findFirst()
                    .ifPresent(reason -> line.append(": ").append(reason));
        }
        plugin.problem()
                .ifPresent(problem ->
                        line.append("  ").append(problem.code()).append(": ").append(problem.detail()));
        return line.toString();
    }
}
