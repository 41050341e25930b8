package dev.plugbay.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.ParameterException;

/** All commands put together, and what becomes of their failures. */
final class Cli {
    private final Console console;

    Cli(Console console) {
        this.console = console;
    }

    /** Runs a command line and answers with its exit code. */
    int run(String... words) {
        String[] args = help(words);
        boolean json = Arrays.asList(args).contains("--json");
        GlobalOptions options = new GlobalOptions();
        try (Session session = new Session(console, options)) {
            return model(session, options, new HashSet<>(Arrays.asList(args))).execute(args);
        } catch (RuntimeException e) {
            return fail(
                    Failure.of(
                            "Internal",
                            500,
                            "Internal error",
                            "The command itself failed: " + e,
                            "This is a defect of plugbay; please report it."),
                    json);
        }
    }

    /** {@code help vms show} is {@code vms show --help}. */
    private static String[] help(String... words) {
        return words.length > 0 && words[0].equals("help")
                ? Stream.concat(Arrays.stream(words).skip(1), Stream.of("--help"))
                        .toArray(String[]::new)
                : words;
    }

    /** All commands, options and parameters. */
    CommandLine model() {
        GlobalOptions options = new GlobalOptions();
        return model(new Session(console, options), options, Set.of());
    }

    /**
     * The commands that are among the words; all of them if none is. To look through the annotations of all takes longer
     * than most commands do.
     */
    private CommandLine model(Session session, GlobalOptions options, Set<String> words) {
        CommandLine root = new CommandLine(new PlugbayCommand(session, options));
        Map<String, Supplier<Object>> commands = commands(session);
        boolean some = commands.keySet().stream().anyMatch(words::contains);
        commands.forEach((name, command) -> {
            if (!some || words.contains(name)) {
                root.addSubcommand(command.get());
            }
        });
        Ansi ansi = console.coloursErr() && console.outIsTerminal() ? Ansi.ON : Ansi.OFF;
        root.setColorScheme(new ColorScheme.Builder(ansi).build())
                .setOut(writer(console.out()))
                .setErr(writer(console.err()))
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(100)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(
                        (e, args) -> fail(usage(e), Arrays.asList(args).contains("--json")))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (e instanceof Failure failure) {
                        return fail(failure, session.json());
                    }
                    throw e;
                });
        return root;
    }

    private static Map<String, Supplier<Object>> commands(Session session) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("up", UpCommand::new);
        commands.put("down", () -> new DownCommand(session));
        commands.put("status", () -> new StatusCommand(session));
        commands.put("plugins", () -> new PluginsCommand(session));
        commands.put("instances", () -> new InstancesCommand(session));
        commands.put("config", () -> new ConfigCommand(session));
        commands.put("providers", () -> new ProvidersCommand(session));
        commands.put("vms", () -> new VmsCommand(session));
        commands.put("export", () -> new ExportCommand(session));
        commands.put("jobs", () -> new JobsCommand(session));
        commands.put("events", () -> new EventsCommand(session));
        commands.put("doctor", () -> new DoctorCommand(session));
        commands.put("version", () -> new VersionCommand(session));
        commands.put("completion", () -> new CompletionCommand(session));
        return commands;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    private static Failure usage(ParameterException e) {
        String message = e.getMessage() == null ? "The command line makes no sense." : e.getMessage();
        return Failure.usage(
                message, "See: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    }

    private int fail(Failure failure, boolean json) {
        if (json) {
            console.print(Json.pretty(failure.problem()));
        } else {
            console.out().flush();
            String text = "plugbay: " + failure.forPeople();
            console.say(console.coloursErr() ? "\u001b[31m" + text + "\u001b[0m" : text);
        }
        return failure.exitCode();
    }
}
