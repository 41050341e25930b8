package dev.plugbay.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values of a configuration as people write them: {@code KEY=VALUE}, or a whole file. */
final class ConfigValues {
    private final Console console;

    ConfigValues(Console console) {
        this.console = console;
    }

    /** The configuration that the changes make of an empty one, or that is in the file. */
    JsonNode config(List<String> changes, @Nullable String file) {
        if (file != null) {
            return whole(file);
        }
        ObjectNode config = patch(changes);
        withoutNulls(config);
        return config;
    }

    private static void withoutNulls(ObjectNode object) {
        List.copyOf(object.propertyNames()).forEach(name -> {
            if (object.path(name) instanceof ObjectNode inner) {
                withoutNulls(inner);
            } else if (object.path(name).isNull()) {
                object.remove(name);
            }
        });
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

    /** The object in a file. */
    JsonNode whole(String file) {
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
            return new String(console.in().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Failure.file("Standard input cannot be read.", "Give the value on stdin, such as from a pipe.");
        }
    }
}
