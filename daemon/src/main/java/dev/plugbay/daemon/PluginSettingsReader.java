package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.InstanceSettings;
import dev.plugbay.runtime.PluginSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what {@code plugins.settings} says of each plugin and its instances. */
final class PluginSettingsReader {
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+)*");
    private static final int LONGEST_ID = 63;
    private static final List<String> KNOWN = List.of("enabled", "isolation", "config", "instances");
    private static final List<String> KNOWN_OF_INSTANCE = List.of("enabled", "config");

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
        checkNames(plugins);
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
        checkName(yaml, id, entry.line(), "a plugin's id");
        String path = Key.SETTINGS.path() + "." + id;
        if (!(entry.value() instanceof Node.Mapping mapping)) {
            throw yaml.refusal(entry.line(), "has \"" + path + "\" as a value, but it holds further keys");
        }
        Optional<Boolean> enabled = Optional.empty();
        Optional<String> isolation = Optional.empty();
        Optional<Map<String, Object>> config = Optional.empty();
        Map<String, InstanceSettings> instances = Map.of();
        int origin = entry.line();
        for (Map.Entry<String, Node.Mapping.Entry> each : mapping.entries().entrySet()) {
            Node node = each.getValue().value();
            int line = each.getValue().line();
            switch (each.getKey()) {
                case "enabled" -> enabled = Optional.of(flag(yaml, path, each.getValue()));
                case "isolation" -> {
                    checkIsolation(String.valueOf(node.plain()), path + ".isolation");
                    isolation = Optional.of(String.valueOf(node.plain()));
                }
                case "config" -> {
                    config = Optional.of(config(yaml, path, each.getValue()));
                    origin = line;
                }
                case "instances" -> instances = instances(yaml, id, path + ".instances", each.getValue(), file);
                default -> throw unknown(yaml, path, each.getKey(), line, KNOWN);
            }
        }
        return new PluginSettings(enabled, isolation, config, file + " line " + origin, instances);
    }

    private static Map<String, InstanceSettings> instances(
            YamlReader yaml, String id, String path, Node.Mapping.Entry entry, String file) {
        if (isNothing(entry.value())) {
            return Map.of();
        }
        if (!(entry.value() instanceof Node.Mapping mapping)) {
            throw yaml.refusal(entry.line(), "sets " + path + ", which is a map of names");
        }
        Map<String, InstanceSettings> instances = new LinkedHashMap<>();
        mapping.entries().forEach((name, each) -> {
            checkName(yaml, name, each.line(), "an instance's name");
            instances.put(name, instance(yaml, name.equals(id), path + "." + name, each, file));
        });
        return instances;
    }

    /** An instance; of the default one, whose configuration is its plugin's, only whether it is enabled. */
    private static InstanceSettings instance(
            YamlReader yaml, boolean main, String path, Node.Mapping.Entry entry, String file) {
        String origin = file + " line " + entry.line();
        if (isNothing(entry.value())) {
            return new InstanceSettings(Optional.empty(), Optional.empty(), origin);
        }
        if (!(entry.value() instanceof Node.Mapping mapping)) {
            throw yaml.refusal(entry.line(), "has \"" + path + "\" as a value, but it holds further keys");
        }
        Optional<Boolean> enabled = Optional.empty();
        Optional<Map<String, Object>> config = Optional.empty();
        for (Map.Entry<String, Node.Mapping.Entry> each : mapping.entries().entrySet()) {
            switch (each.getKey()) {
                case "enabled" -> enabled = Optional.of(flag(yaml, path, each.getValue()));
                case "config" -> {
                    if (main) {
                        throw yaml.refusal(
                                each.getValue().line(),
                                "sets " + path + ".config; the default instance's configuration is set by "
                                        + path.replaceFirst("\\.instances\\..*", ".config"));
                    }
                    config = Optional.of(config(yaml, path, each.getValue()));
                }
                default ->
                    throw unknown(yaml, path, each.getKey(), each.getValue().line(), KNOWN_OF_INSTANCE);
            }
        }
        return new InstanceSettings(enabled, config, origin);
    }

    private static boolean isNothing(Node node) {
        return node instanceof Node.Scalar scalar && scalar.value() == null;
    }

    private static void checkName(YamlReader yaml, String name, int line, String what) {
        if (name.length() > LONGEST_ID || !ID.matcher(name).matches()) {
            throw yaml.refusal(line, "has \"" + name + "\" where " + what + " is expected");
        }
    }

    private static boolean flag(YamlReader yaml, String path, Node.Mapping.Entry entry) {
        if (!(entry.value().plain() instanceof Boolean flag)) {
            throw yaml.refusal(entry.line(), "sets " + path + ".enabled, which is true or false");
        }
        return flag;
    }

    private static Map<String, Object> config(YamlReader yaml, String path, Node.Mapping.Entry entry) {
        if (!(entry.value() instanceof Node.Mapping tree)) {
            throw yaml.refusal(entry.line(), "sets " + path + ".config, which is a map");
        }
        return tree.plain();
    }

    private static PlugbayException unknown(YamlReader yaml, String path, String key, int line, List<String> known) {
        return yaml.refusal(
                line,
                "has the unknown key \"" + path + "." + key + "\"" + SettingsReader.suggestion(Nearest.of(key, known)));
    }

    /** Fails where two plugins have an instance of one name: which of them got it would be chance. */
    private static void checkNames(Map<String, PluginSettings> plugins) {
        Map<String, String> holders = new LinkedHashMap<>();
        plugins.forEach((id, set) -> set.instances().forEach((name, instance) -> {
            String other = holders.putIfAbsent(name, id);
            boolean isId = plugins.containsKey(name) && !name.equals(id);
            if (other != null || isId) {
                throw PlugbayException.of(
                                ErrorCode.INVALID_CONFIG,
                                instance.origin() + " names an instance of " + id + " \"" + name + "\", which is "
                                        + (isId ? "another plugin's id." : "the name of one of " + other + "."))
                        .pointer("/plugins/settings/" + id + "/instances/" + name)
                        .remedy("Give each instance a name of its own; they share one namespace with plugins' ids.")
                        .build();
            }
        }));
    }
}
