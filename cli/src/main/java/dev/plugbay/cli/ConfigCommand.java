package dev.plugbay.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A plugin's configuration. */
@Command(name = "config", description = "Show or change a plugin's configuration.")
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
            @Parameters(paramLabel = "ID", description = "The plugin.") String id,
            @Parameters(paramLabel = "KEY", arity = "0..1", description = "Only this value; dots lead into objects.")
                    @Nullable
                    String key) {
        JsonNode config = session.host().get(path(id));
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
                    "The configuration of " + id + " has no value " + key + ".",
                    "See: plugbay config get " + id);
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
            @Parameters(index = "0", paramLabel = "ID", description = "The plugin.") String id,
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
        JsonNode config = file != null
                ? session.host().put(path(id), whole(file))
                : session.host().patch(path(id), patch(changes == null ? List.of() : changes));
        session.console().print(Json.pretty(config));
        return ExitCodes.OK;
    }

    @Command(description = "Print the JSON Schema of the configuration.")
    int schema(@Parameters(paramLabel = "ID", description = "The plugin.") String id) {
        session.console().print(Json.pretty(session.host().get(path(id) + "/schema")));
        return ExitCodes.OK;
    }

    /** The merge patch that {@code a.b=1} stands for: {@code {"a": {"b": 1}}}. */
    ObjectNode patch(List<String> changes) {
        ObjectNode patch = Json.object();
        boolean stdinTaken = false;
        for (String change : changes) {
            int equals = change.indexOf('=');
            if (equals < 1) {
                throw Failure.usage(
                        "\"" + change + "\" is no KEY=VALUE.", "Such as: plugbay config set images folder=/vms");
            }
            String[] key = change.substring(0, equals).split("\\.", -1);
            String value = change.substring(equals + 1);
            JsonNode typed;
            if (value.equals("@-")) {
                if (stdinTaken) {
                    throw Failure.usage("Only one value can come from stdin.", "Set the others one by one.");
                }
                stdinTaken = true;
                typed = JsonNodeFactory.instance.stringNode(stdin().stripTrailing());
            } else {
                typed = typed(value);
            }
            put(patch, key, typed);
        }
        return patch;
    }

    private static void put(ObjectNode patch, String[] key, JsonNode value) {
        ObjectNode object = patch;
        for (int i = 0; i < key.length - 1; i++) {
            object = object.path(key[i]) instanceof ObjectNode inner ? inner : object.putObject(key[i]);
        }
        object.set(key[key.length - 1], value);
    }

    private static JsonNode typed(String value) {
        try {
            JsonNode json = Json.read(value);
            if (!json.isMissingNode()) {
                return json;
            }
        } catch (JacksonException e) {
            // not JSON, so it is text
        }
        return JsonNodeFactory.instance.stringNode(value);
    }

    private JsonNode whole(String file) {
        String text;
        if (file.equals("-")) {
            text = stdin();
        } else {
            Path path = Path.of(file).toAbsolutePath().normalize();
            try {
                text = Files.readString(path);
            } catch (IOException e) {
                throw Failure.of(
                        "NotFound",
                        404,
                        "Not found",
                        "The file " + path + " cannot be read.",
                        "Check the path and its rights.");
            }
        }
        try {
            if (Json.read(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            // said below, without the text: it may hold secrets
        }
        throw Failure.usage("The configuration is no JSON object.", "Write it in braces: {\"key\": \"value\"}");
    }

    private String stdin() {
        try {
            return new String(session.console().in().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Failure.file("Standard input cannot be read.", "Give the value on stdin, such as from a pipe.");
        }
    }

    private static String path(String id) {
        return "/api/v1/plugins/" + Rest.encode(id) + "/config";
    }
}
