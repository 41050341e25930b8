package dev.plugbay.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Instances of plugins: several configured uses of one, side by side. */
@Command(
        name = "instances",
        description = "List, add or remove instances of plugins: configured uses, side by side.",
        synopsisSubcommandLabel = "[COMMAND]")
final class InstancesCommand implements Callable<Integer> {
    private final Session session;

    InstancesCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return list(null);
    }

    @Command(description = "List the instances of all plugins, or of one.")
    int list(@Parameters(paramLabel = "ID", arity = "0..1", description = "The plugin.") @Nullable String id) {
        ObjectNode instances = id == null
                ? ofAll()
                : session.host().list(Target.path(id) + "/instances", List.of(), Integer.MAX_VALUE);
        session.show(
                instances,
                PluginViews.instances(instances.path("items"), id == null),
                "No plugins. See: plugins discover");
        return ExitCodes.OK;
    }

    private ObjectNode ofAll() {
        JsonNode plugins = session.host().list("/api/v1/plugins", List.of(), Integer.MAX_VALUE);
        ObjectNode all = Json.object();
        var items = all.putArray("items");
        for (JsonNode plugin : plugins.path("items")) {
            plugin.path("instances").forEach(items::add);
        }
        return all;
    }

    @Command(description = "Show one instance: version, health, problem, and what became of older generations.")
    int show(
            @Parameters(paramLabel = "ID", description = "The plugin.") String id,
            @Parameters(paramLabel = "NAME", description = "The instance.") String name) {
        JsonNode instance = session.host().get(Target.path(id, name));
        session.show(instance, () -> PluginViews.instance(instance));
        return ExitCodes.OK;
    }

    @Command(
            description = {
                "Add an instance of a plugin and start it, for good.",
                "Values are written as for config set; its configuration is changed with config set --instance."
            })
    int add(
            @Parameters(index = "0", paramLabel = "ID", description = "The plugin.") String id,
            @Parameters(
                            index = "1",
                            paramLabel = "NAME",
                            description = "The instance's name, which no other instance and no plugin has.")
                    String name,
            @Parameters(index = "2..*", paramLabel = "KEY=VALUE", description = "Its configuration.") @Nullable
                    List<String> values,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description = "Take the configuration from this JSON file; - is stdin.")
                    @Nullable
                    String file,
            @Option(names = "--disabled", description = "Do not start it until it is enabled.") boolean disabled) {
        if (values != null && !values.isEmpty() && file != null) {
            throw Failure.usage("Give either KEY=VALUE, or --file.", "See: plugbay instances add --help");
        }
        ObjectNode body = Json.object();
        body.put("enabled", !disabled);
        body.set("config", new ConfigValues(session.console()).config(values == null ? List.of() : values, file));
        JsonNode instance = session.host().put(Target.path(id, name), body, Map.of("If-None-Match", "*"));
        session.show(instance, () -> List.of(PluginViews.outcome(instance, name, "added")));
        if (!disabled && Json.text(instance, "state").equals("DISABLED")) {
            session.say("It runs when the plugin is enabled: plugbay plugins enable " + id);
        }
        return ExitCodes.OK;
    }

    @Command(description = "Remove an instance, for good; its data is kept for one of the same name.")
    int remove(
            @Parameters(paramLabel = "ID", description = "The plugin.") String id,
            @Parameters(paramLabel = "NAME", description = "The instance.") String name,
            @Option(names = "--purge", description = "Delete its data too, also that of one removed before.")
                    boolean purge) {
        JsonNode answer = session.host().delete(Target.path(id, name) + (purge ? "?purge=true" : ""));
        session.show(answer, () -> List.of(Text.clean(name) + (purge ? " removed, and its data" : " removed")));
        return ExitCodes.OK;
    }
}
