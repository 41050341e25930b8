package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.PluginStatus;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.LoggerFactory;

/**
 * Starts the daemon in the foreground: {@code [--port N] [--here] [--home DIR] [--bundled DIR]}.
 *
 * <p>Shared: {@code state} goes one way, by compare-and-set, from the thread that starts to those that signals come on.
 */
public final class Main {
    private static final int SIGNAL_EXIT = 128;

    /** Asked for by {@code plugbay doctor}: prints what is wrong with the home folder, and starts nothing. */
    private static final String EXAMINE = "--examine";

    /** What a stop gets on top of its limit, to end by itself with a better message. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private enum State {
        STARTING,
        SERVING,
        STOPPING
    }

    private final PrintStream out;
    private final PrintStream err;
    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
    private final CountDownLatch stop = new CountDownLatch(1);

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Starts it, and ends with the exit code of what went wrong if it cannot. */
    public static void main(String[] arguments) {
        SystemMessages.inEnglish();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        // Also when all went well: no thread that a plugin left keeps the process.
        System.exit(new Main(out, err).run(List.of(arguments)));
    }

    private int run(List<String> arguments) {
        for (String signal : List.of("TERM", "INT", "HUP")) {
            Signals.on(signal, this::signalled);
        }
        Daemon daemon;
        try {
            if (!arguments.contains(EXAMINE)) {
                requireDescriptors();
            }
            DaemonOptions options = Arguments.read(
                    arguments.stream()
                            .filter(argument -> !argument.equals(EXAMINE))
                            .toList(),
                    System.getenv(),
                    System.getProperty("user.home"));
            if (arguments.contains(EXAMINE)) {
                out.writeBytes(Examination.print(options));
                out.flush();
                return 0;
            }
            daemon = Daemon.start(options, () -> state.compareAndSet(State.STARTING, State.SERVING));
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
        await(stop);
        Duration limit = daemon.stopWithin();
        Thread.ofPlatform().daemon().name("plugbay-stop-limit").start(() -> endAfter(limit));
        daemon.close();
        return 0;
    }

    private static void requireDescriptors() {
        OptionalLong limit = Descriptors.limit();
        if (limit.isPresent() && limit.getAsLong() < Descriptors.NEEDED) {
            throw PlugbayException.of(
                            ErrorCode.LIMIT_EXCEEDED,
                            "The host may have only " + limit.getAsLong() + " files and connections open and needs "
                                    + Descriptors.NEEDED + ".")
                    .remedy(Descriptors.REMEDY)
                    .build();
        }
    }

    /**
     * On a signal, while it starts: ends at once, which is as safe as {@code kill -9}. While it serves: begins to stop. While it stops: ends at once, for an impatient hand.
     */
    private void signalled(int number) {
        if (state.compareAndSet(State.SERVING, State.STOPPING)) {
            stop.countDown();
            return;
        }
        err.println(
                state.get() == State.STARTING
                        ? "plugbay: Stopped while it was starting; nothing is lost."
                        : "plugbay: Ends at once; what is left is cleared up at the next start.");
        Runtime.getRuntime().halt(SIGNAL_EXIT + number);
    }

    /** Ends the process when stopping takes longer than it may: something of a plugin's hangs, or a disk. */
    private void endAfter(Duration limit) {
        try {
            Thread.sleep(limit.plus(GRACE));
        } catch (InterruptedException e) {
            return;
        }
        err.println("plugbay: Not everything stopped within " + limit.toMillis() / 1000.0
                + " s; ends all the same. What is left is cleared up at the next start.");
        Runtime.getRuntime().halt(ErrorCode.INTERNAL.exitCode());
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
