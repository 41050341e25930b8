package dev.plugbay.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The product as its users have it: a home folder, daemons in it, and the command. Registered as an extension; it shows what the daemons
 * printed and logged when a test fails, ends every process, and removes what it made.
 */
final class Product implements BeforeEachCallback, AfterEachCallback {
    private static final long CLI_SECONDS = 120;

    private final List<Daemon> daemons = new ArrayList<>();
    private Path work = Path.of("");
    private boolean libvirt;
    private final Map<String, String> environment = new HashMap<>();

    /** Has daemons load the libvirt plugin. Else it is denied, so that no test depends on which machines whoever runs it has. */
    Product withLibvirt() {
        libvirt = true;
        return this;
    }

    /** Has daemons be started with a variable. */
    void environment(String name, String value) {
        environment.put(name, value);
    }

    /** An empty folder for the test. */
    Path work() {
        return work;
    }

    Path home() {
        return work.resolve("home");
    }

    /** The drop folder. */
    Path drop() {
        return folder("home/plugins");
    }

    /** A folder within {@link #work}, made if it is not there. */
    Path folder(String name) {
        try {
            return Files.createDirectories(work.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes {@code plugbay.yaml}. */
    void configure(String yaml) {
        try {
            Files.writeString(folder("home").resolve("plugbay.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds to {@code plugbay.yaml}. */
    void append(String yaml) {
        try {
            Files.writeString(home().resolve("plugbay.yaml"), yaml, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Times that make tests short: files settle fast, and unloaded generations are looked at each second. */
    void configureForSpeed(String... more) {
        configure("plugins:\n  settle: 100ms\n  poll: 1s\n  gcNudge: 1s\n"
                + String.join(
                        "",
                        List.of(more).stream().map(line -> "  " + line + "\n").toList()));
    }

    /** Starts a daemon on a free port and waits until it serves. */
    Daemon up() {
        return launch("--port", "0").ready();
    }

    /** Starts a daemon, which need not come up. */
    Daemon launch(String... arguments) {
        Path output = work.resolve("daemon-" + daemons.size() + ".out");
        ProcessBuilder builder = Daemon.process(Daemon.command(home(), arguments));
        if (!libvirt) {
            builder.environment().put("PLUGBAY_PLUGINS_DENY", "libvirt");
        }
        builder.environment().putAll(environment);
        Daemon daemon = Daemon.launch(builder, home(), output);
        daemons.add(daemon);
        return daemon;
    }

    /** Runs the command to its end. */
    Ran cli(String... arguments) {
        return Ran.of(command(arguments), CLI_SECONDS);
    }

    /** Runs the command as nobody; see {@link Unprivileged}. */
    Ran cliOfNobody(String... arguments) {
        return Ran.of(command(Unprivileged.cli(this, arguments)), CLI_SECONDS);
    }

    /** Runs the command while the test goes on; its output goes to a file. */
    Background background(Path output, String... arguments) {
        return Background.start(command(arguments), output);
    }

    private ProcessBuilder command(String... arguments) {
        return command(command(Built.java(), Built.cliLibraries(), Built.daemonLibraries(), arguments));
    }

    private ProcessBuilder command(List<String> command) {
        ProcessBuilder builder = Daemon.process(command).directory(work.toFile());
        builder.environment().put("PLUGBAY_HOME", home().toString());
        return builder;
    }

    /** The command line of the command, with this Java and from these folders. */
    static List<String> command(Path java, Path cli, Path host, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dplugbay.host=" + host,
                "-cp",
                cli + "/*",
                "dev.plugbay.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        work = Files.createTempDirectory("plugbay-acceptance-").toRealPath();
        daemons.clear();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        try {
            daemons.forEach(Daemon::close);
            if (context.getExecutionException().isPresent()) {
                show(context.getDisplayName());
            }
        } finally {
            delete(work);
        }
    }

    private void show(String test) throws IOException {
        System.err.println("---- what the daemons of " + test + " printed and logged");
        daemons.forEach(daemon -> System.err.println(daemon.output()));
        Path log = home().resolve("log/plugbay.log");
        if (Files.exists(log)) {
            System.err.println(Files.readString(log));
        }
        System.err.println("----");
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) {
                inner.toFile().setWritable(true); // the store's folders are read-only
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path inner, java.io.IOException failure) throws IOException {
                Files.delete(inner);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
