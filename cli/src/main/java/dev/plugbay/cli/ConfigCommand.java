package dev.plugbay.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** A plugin's configuration, or an instance's. */
@Command(name = "config", description = "Show or change a plugin's configuration, or an instance's.")
final class ConfigCommand implements Callable<Integer> {
    private final Session session;

    ConfigCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        throw Failure.usage("Say what to do with which plugin's configuration.", "Such as: plugbay config get images");
    }

    @Command(description = "Print the configuration as JSON; secrets are masked.")
    int get(
            @Mixin Target target,
            @Parameters(
                            index = "1",
                            paramLabel = "KEY",
                            arity = "0..1",
                            description = "Only this value; dots lead into objects.")
                    @Nullable
                    String key) {
        JsonNode config = session.host().get(target.path() + "/config");
        if (key == null) {
            session.console().print(Json.pretty(config));
            return ExitCodes.OK;
        }
        JsonNode value = config;
        for (String part : key.split("\\.", -1)) {
            value = value.path(part);
        }
        if (value.isMissingNode()) {
            throw Failure.of(
                    "NotFound",
                    404,
                    "Not found",
                    "The configuration of " + target.named() + " has no value " + key + ".",
                    "See: plugbay config get " + target.id() + target.option());
        }
        JsonNode found = value;
        session.show(found, () -> List.of(found.isContainer() ? Json.pretty(found) : Text.clean(Json.text(found))));
        return ExitCodes.OK;
    }

    @Command(
            description = {
                "Change the configuration.",
                "A value is JSON if it can be read as JSON, else text; null removes a key; key=@- reads the value from stdin, so that a"
                        + " secret is seen in no process list; dots in a key lead into objects."
            })
    int set(
            @Mixin Target target,
            @Parameters(index = "1..*", paramLabel = "KEY=VALUE", description = "What to change.") @Nullable
                    List<String> changes,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description = "Replace the whole configuration by this JSON file; - is stdin.")
                    @Nullable
                    String file) {
        boolean hasChanges = changes != null && !changes.isEmpty();
        if (hasChanges == (file != null)) {
            throw Failure.usage("Give either KEY=VALUE, or --file.", "See: plugbay config set --help");
        }
        ConfigValues values = new ConfigValues(session.console());
        String path = target.path() + "/config";
        JsonNode config = file != null
                ? session.host().put(path, values.whole(file))
                : session.host().patch(path, values.patch(changes == null ? List.of() : changes));
        session.console().print(Json.pretty(config));
        return ExitCodes.OK;
    }

    @Command(description = "Print the JSON Schema of the configuration.")
    int schema(@Parameters(paramLabel = "ID", description = "The plugin.") String id) {
        session.console().print(Json.pretty(session.host().get(Target.path(id) + "/config/schema")));
        return ExitCodes.OK;
    }
}
