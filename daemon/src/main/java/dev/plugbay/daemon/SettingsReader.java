package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.HostSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes settings of {@code plugbay.yaml}, the environment and the command line; the later wins. Strict: what is not known is refused,
 * with the line and the nearest known key.
 */
final class SettingsReader {
    private static final String FILE = "plugbay.yaml";
    private static final Duration STOP_WITHIN = Duration.ofSeconds(15);

    private final Path file;
    private final DaemonOptions options;
    private final PluginFolders folders;

    SettingsReader(Path file, DaemonOptions options, PluginFolders folders) {
        this.file = file;
        this.options = options;
        this.folders = folders;
    }

    /**
     * Reads them.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_CONFIG} with line and pointer; {@link ErrorCode#UNSUPPORTED} for what this version does not do
     */
    Settings read() {
        Values values = new Values(options.userHome());
        YamlReader yaml = new YamlReader(FILE);
        collect(values, yaml, yaml.read(text()), "");
        environment(values);
        return settings(values);
    }

    /** The file's text; empty where there is none. */
    String text() {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            if (FileFailures.isTooMany(FileFailures.reason(e))) {
                throw FileFailures.tooMany("The file " + file + " cannot be read");
            }
            throw PlugbayException.of(ErrorCode.INVALID_CONFIG, "The file " + file + " cannot be read as text: " + e)
                    .remedy("Make it a readable file in UTF-8.")
                    .build();
        }
    }

    private static void collect(Values values, YamlReader yaml, Node.Mapping mapping, String prefix) {
        mapping.entries().forEach((name, entry) -> {
            String path = prefix + name;
            Optional<Key> key =
                    Key.ALL.stream().filter(known -> known.path().equals(path)).findFirst();
            boolean nothing = entry.value() instanceof Node.Scalar scalar && scalar.value() == null;
            if (key.isPresent()) {
                if (!nothing) {
                    values.put(key.get(), entry.value(), FILE + " line " + entry.line());
                }
            } else if (Key.ALL.stream().anyMatch(known -> known.path().startsWith(path + "."))) {
                if (entry.value() instanceof Node.Mapping inner) {
                    collect(values, yaml, inner, path + ".");
                } else if (!nothing) {
                    throw yaml.refusal(entry.line(), "has \"" + path + "\" as a value, but it holds further keys");
                }
            } else {
                throw unknown(yaml, entry.line(), path, prefix);
            }
        });
    }

    private static PlugbayException unknown(YamlReader yaml, int line, String path, String prefix) {
        List<String> siblings = Key.ALL.stream()
                .map(Key::path)
                .filter(known -> known.startsWith(prefix))
                .map(known -> prefix + known.substring(prefix.length()).split("\\.", 2)[0])
                .distinct()
                .toList();
        List<String> all = new ArrayList<>(siblings);
        Key.ALL.forEach(key -> all.add(key.path()));
        return yaml.refusal(line, "has the unknown key \"" + path + "\"" + suggestion(Nearest.of(path, all)));
    }

    static String suggestion(List<String> nearest) {
        return nearest.isEmpty() ? "" : "; the nearest known one is \"" + nearest.getFirst() + "\"";
    }

    private void environment(Values values) {
        Map<String, Key> variables = Key.ALL.stream().collect(Collectors.toMap(Key::variable, key -> key));
        options.environment().forEach((name, text) -> {
            Key key = variables.get(name);
            if (key != null) {
                values.put(key, variable(key, name, text), "environment variable " + name);
            } else if (name.startsWith("PLUGBAY_PLUGINS_") || name.startsWith("PLUGBAY_EXPORTS_")) {
                throw PlugbayException.of(
                                ErrorCode.INVALID_CONFIG,
                                "The environment variable " + name + " sets no known key"
                                        + suggestion(Nearest.of(name, variables.keySet())) + ".")
                        .remedy("Correct or unset it; docs/configuration.md lists every variable.")
                        .build();
            }
        });
    }

    private static Node variable(Key key, String name, String text) {
        return switch (key.kind()) {
            case LIST -> split(text, ",");
            case PATHS -> split(text, ":");
            case TREE -> new YamlReader("environment variable " + name).read(text);
            default -> new Node.Scalar(text, 1);
        };
    }

    private static Node split(String text, String separator) {
        return new Node.Sequence(
                Arrays.stream(text.split(separator, -1))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .<Node>map(item -> new Node.Scalar(item, 1))
                        .toList(),
                1);
    }

    private Settings settings(Values values) {
        Listen listen = Listen.of(values, options.port());
        values.text(Key.ISOLATION)
                .ifPresent(isolation -> PluginSettingsReader.checkIsolation(isolation, Key.ISOLATION.path()));
        HostSettings.Builder host = HostSettings.builder();
        host.folders(folders.list(values));
        values.list(Key.ALLOW).ifPresent(host::allow);
        values.list(Key.DENY).ifPresent(host::deny);
        values.flag(Key.ENABLED).filter(enabled -> !enabled).ifPresent(off -> host.deny(List.of("*")));
        values.flag(Key.AUTOLOAD).ifPresent(host::autoload);
        values.flag(Key.HOT_RELOAD).ifPresent(host::hotReload);
        values.duration(Key.SETTLE, true).ifPresent(host::settle);
        values.duration(Key.POLL, false).ifPresent(host::poll);
        values.duration(Key.HEALTH_INTERVAL, false).ifPresent(host::healthInterval);
        values.duration(Key.HOOK_TIMEOUT, false).ifPresent(host::hookTimeout);
        values.duration(Key.DRAIN, true).ifPresent(host::drain);
        values.duration(Key.HANDOVER_GAP, false).ifPresent(host::handoverGap);
        values.duration(Key.CANCEL_GRACE, true).ifPresent(host::cancelGrace);
        values.duration(Key.GC_NUDGE, true).ifPresent(host::gcNudge);
        values.count(Key.MAX_DRAINING).ifPresent(host::maxDraining);
        values.count(Key.MAX_LEAKED).ifPresent(host::maxLeaked);
        host.plugins(PluginSettingsReader.read(values));
        return new Settings(
                listen.host(),
                listen.port(),
                values.duration(Key.STOP_WITHIN, false).orElse(STOP_WITHIN),
                values.paths(Key.EXPORTS_ALLOW).orElse(List.of()),
                host.build());
    }
}
