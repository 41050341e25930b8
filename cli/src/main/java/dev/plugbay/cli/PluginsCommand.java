package dev.plugbay.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Plugins: what there is, and their life. */
@Command(name = "plugins", description = "List plugins, or act on them.", synopsisSubcommandLabel = "[COMMAND]")
final class PluginsCommand implements Callable<Integer> {
    private static final String PLUGINS = "/api/v1/plugins";

    private final Session session;

    PluginsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return list();
    }

    @Command(description = "List all plugins.")
    int list() {
        JsonNode plugins = session.host().list(PLUGINS, List.of(), Integer.MAX_VALUE);
        session.show(plugins, PluginViews.list(plugins.path("items")), "No plugins. See: plugins discover");
        return ExitCodes.OK;
    }

    @Command(description = "Show one plugin: versions, health, problem, and what became of older generations.")
    int show(@Parameters(paramLabel = "ID", description = "The plugin.") String id) {
        JsonNode plugin = session.host().get(PLUGINS + "/" + Rest.encode(id));
        session.show(plugin, () -> PluginViews.details(plugin));
        return ExitCodes.OK;
    }

    @Command(description = "Search the plugin folders now; load what is new.")
    int discover() {
        JsonNode found = session.host().post(PLUGINS + "/discover");
        session.show(found, PluginViews.candidates(found.path("items")), "No candidates in any plugin folder.");
        return ExitCodes.OK;
    }

    @Command(description = "Install a plugin from a jar or archive, for good.")
    int install(
            @Parameters(paramLabel = "FILE", description = "The jar, zip or tar.gz.") String file,
            @Option(names = "--dry-run", description = "Check only; change nothing.") boolean dryRun) {
        JsonNode answer = Upload.send(session.host(), PLUGINS + "/install" + (dryRun ? "?dryRun=true" : ""), file);
        session.show(answer, () -> List.of(PluginViews.outcome(answer, file, dryRun ? "is valid" : "installed")));
        return ExitCodes.OK;
    }

    @Command(description = "Check a plugin file without installing it; the same as install --dry-run.")
    int validate(@Parameters(paramLabel = "FILE", description = "The jar, zip or tar.gz.") String file) {
        return install(file, true);
    }

    @Command(description = "Load a plugin and start it; until the next restart of the host.")
    int load(@Mixin Target target) {
        return actForNow(target, "load", "loaded");
    }

    @Command(description = "Unload a plugin; until its file changes or the host restarts.")
    int unload(@Mixin Target target) {
        return actForNow(target, "unload", "unloaded");
    }

    @Command(description = "Start a stopped plugin: a new generation.")
    int start(@Mixin Target target) {
        return act(target, "start", "started");
    }

    @Command(description = "Stop a plugin; until the next restart of the host.")
    int stop(@Mixin Target target) {
        return actForNow(target, "stop", "stopped");
    }

    @Command(description = "Load a new generation of a plugin, switch to it, and drain the old one.")
    int reload(
            @Parameters(paramLabel = "ID", arity = "0..1", description = "The plugin.") @Nullable String id,
            @Option(names = "--instance", paramLabel = "NAME", description = "Only this instance of it.") @Nullable
                    String instance,
            @Option(names = "--all", description = "All plugins.") boolean all,
            @Option(names = "--cancel-running", description = "Cancel calls and exports that run in the old one.")
                    boolean cancelRunning) {
        if (all == (id != null) || (all && instance != null)) {
            throw Failure.usage("Name one plugin, or give --all.", "See: plugbay plugins reload --help");
        }
        if (id != null) {
            return act(new Target(id, instance), withCancel("reload", cancelRunning), "reloaded");
        }
        JsonNode answer = session.host().post(PLUGINS + "/" + withCancel("reload", cancelRunning));
        JsonNode items = answer.path("items");
        session.show(answer, PluginViews.reloads(items), "No plugin runs.");
        return PluginViews.anyProblem(items) ? ExitCodes.FAILED : ExitCodes.OK;
    }

    @Command(description = "Let a plugin execute code again, for good.")
    int enable(@Mixin Target target) {
        return act(target, "enable", "enabled");
    }

    @Command(description = "Stop a plugin and let it execute no code, for good.")
    int disable(@Mixin Target target) {
        return act(target, "disable", "disabled");
    }

    @Command(description = "Remove a plugin: the installed artifact, or its file in the drop folder.")
    int remove(
            @Parameters(paramLabel = "ID", description = "The plugin.") String id,
            @Option(names = "--purge", description = "Delete its configuration and data too.") boolean purge) {
        JsonNode answer = session.host().delete(PLUGINS + "/" + Rest.encode(id) + (purge ? "?purge=true" : ""));
        session.show(answer, () -> List.of(Text.clean(id) + " removed"));
        return ExitCodes.OK;
    }

    @Command(description = "Print what a plugin logged.")
    int log(
            @Mixin Target target,
            @Option(
                            names = {"-n", "--lines"},
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "So many lines from the end. Default: 100.")
                    int lines,
            @Option(
                            names = {"-f", "--follow"},
                            description = "Go on as it logs, until Ctrl-C.")
                    boolean follow) {
        return new PluginLog(session, target.path() + "/log").print(lines, follow);
    }

    private int act(Target target, String action, String done) {
        JsonNode now = session.host().post(target.path() + "/" + action);
        session.show(now, () -> PluginViews.outcomes(now, target.named(), done));
        return ExitCodes.OK;
    }

    private int actForNow(Target target, String action, String done) {
        int exitCode = act(target, action, done);
        session.say("This holds until the host restarts.");
        return exitCode;
    }

    private static String withCancel(String action, boolean cancelRunning) {
        return cancelRunning ? action + "?cancelRunning=true" : action;
    }
}
