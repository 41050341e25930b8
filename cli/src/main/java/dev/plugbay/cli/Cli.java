package dev.plugbay.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    int run(String... args) {
        boolean json = Arrays.asList(args).contains("--json");
        try {
            return model().execute(args);
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

    /** The commands, options and parameters. */
    CommandLine model() {
        GlobalOptions options = new GlobalOptions();
        Session session = new Session(console, options);
        CommandLine root = new CommandLine(new PlugbayCommand(session, options));
        root.addSubcommand(new UpCommand())
                .addSubcommand(new DownCommand(session))
                .addSubcommand(new StatusCommand(session))
                .addSubcommand(new PluginsCommand(session))
                .addSubcommand(new ConfigCommand(session))
                .addSubcommand(new ProvidersCommand(session))
                .addSubcommand(new VmsCommand(session))
                .addSubcommand(new ExportCommand(session))
                .addSubcommand(new JobsCommand(session))
                .addSubcommand(new EventsCommand(session))
                .addSubcommand(new DoctorCommand(session))
                .addSubcommand(new VersionCommand(session))
                .addSubcommand(new CompletionCommand(session));
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
