package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.PluginSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what {@code plugins.settings} says of each plugin. */
final class PluginSettingsReader {
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+)*");
    private static final int LONGEST_ID = 63;
    private static final List<String> KNOWN = List.of("enabled", "isolation", "config");

    private PluginSettingsReader() {}

    static Map<String, PluginSettings> read(Values values) {
        Map<String, PluginSettings> plugins = new LinkedHashMap<>();
        values.get(Key.SETTINGS).ifPresent(value -> {
            if (!(value.node() instanceof Node.Mapping mapping)) {
                throw Values.refusal(Key.SETTINGS, value, "is a map of plugin ids");
            }
            String file = value.origin().replaceFirst(" line [0-9]+$", "");
            mapping.entries().forEach((id, entry) -> plugins.put(id, plugin(id, entry, file)));
        });
        return plugins;
    }

    static void checkIsolation(String isolation, String path) {
        if (isolation.equals("process")) {
            throw PlugbayException.of(
                            ErrorCode.UNSUPPORTED,
                            path + " asks for isolation in processes, which this version does not have.")
                    .pointer("/" + path.replace('.', '/'))
                    .remedy("Use in-process.")
                    .build();
        }
        if (!isolation.equals("in-process")) {
            throw PlugbayException.of(ErrorCode.INVALID_CONFIG, path + " is in-process.")
                    .pointer("/" + path.replace('.', '/'))
                    .remedy("Use in-process.")
                    .build();
        }
    }

    private static PluginSettings plugin(String id, Node.Mapping.Entry entry, String file) {
        YamlReader yaml = new YamlReader(file);
        if (id.length() > LONGEST_ID || !ID.matcher(id).matches()) {
            throw yaml.refusal(entry.line(), "has \"" + id + "\" where a plugin's id is expected");
        }
        String path = Key.SETTINGS.path() + "." + id;
        if (!(entry.value() instanceof Node.Mapping mapping)) {
            throw yaml.refusal(entry.line(), "has \"" + path + "\" as a value, but it holds further keys");
        }
        Optional<Boolean> enabled = Optional.empty();
        Optional<String> isolation = Optional.empty();
        Optional<Map<String, Object>> config = Optional.empty();
        int origin = entry.line();
        for (Map.Entry<String, Node.Mapping.Entry> each : mapping.entries().entrySet()) {
            Node node = each.getValue().value();
            int line = each.getValue().line();
            Object plain = node.plain();
            switch (each.getKey()) {
                case "enabled" -> {
                    if (!(plain instanceof Boolean flag)) {
                        throw yaml.refusal(line, "sets " + path + ".enabled, which is true or false");
                    }
                    enabled = Optional.of(flag);
                }
                case "isolation" -> {
                    checkIsolation(String.valueOf(plain), path + ".isolation");
                    isolation = Optional.of(String.valueOf(plain));
                }
                case "config" -> {
                    if (!(node instanceof Node.Mapping tree)) {
                        throw yaml.refusal(line, "sets " + path + ".config, which is a map");
                    }
                    config = Optional.of(tree.plain());
                    origin = line;
                }
                case "instances" ->
                    throw PlugbayException.of(
                                    ErrorCode.UNSUPPORTED,
                                    file + " line " + line + " sets " + path
                                            + ".instances; this version has each plugin's default instance only.")
                            .remedy("Remove it, and put the configuration under " + path + ".config.")
                            .build();
                default ->
                    throw yaml.refusal(
                            line,
                            "has the unknown key \"" + path + "." + each.getKey() + "\""
                                    + SettingsReader.suggestion(Nearest.of(each.getKey(), KNOWN)));
            }
        }
        return new PluginSettings(enabled, isolation, config, file + " line " + origin);
    }
}
