package dev.plugbay.processor;

import dev.plugbay.api.Permissions;
import dev.plugbay.api.Plugin;
import dev.plugbay.api.PluginContext;
import dev.plugbay.api.PluginInfo;
import dev.plugbay.api.Requires;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.TypeElement;

/** What the main class of a plugin says: {@code said} by its author, and {@code implied} where nothing is said. */
record PluginPart(Env env, Mark info, Map<String, Object> said, Map<String, Object> implied) {
    private static final List<String> SERVICES =
            List.of("storage", "data", "events", "schedule", "threads", "config:write");
    private static final List<String> HANDING_OVER = List.of("saveState", "acquire");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{config\\.([^.}]*)[^}]*}");

    static PluginPart of(Env env, TypeElement main, Mark info, Map<String, Object> handWritten) {
        PluginPart part = new PluginPart(env, info, new LinkedHashMap<>(), new LinkedHashMap<>());
        part.mainClass(main);
        part.id();
        part.version(handWritten);
        part.texts();
        part.reload(main);
        part.capabilities();
        part.healthInterval();
        part.config();
        Mark.find(env, main, Permissions.class).ifPresent(part::permissions);
        Mark.find(env, main, Requires.class).ifPresent(part::requires);
        return part;
    }

    private void mainClass(TypeElement main) {
        Optional<TypeElement> plugin = env.type(Plugin.class.getCanonicalName());
        if (plugin.filter(type -> !env.isSubtype(main, type)).isPresent()) {
            env.mistakes()
                    .at(
                            info,
                            "",
                            main.getSimpleName()
                                    + " is marked @PluginInfo but is no Plugin; let it implement dev.plugbay.api.Plugin");
        }
        new Constructors(env)
                .check(
                        main,
                        env.type(PluginContext.class.getCanonicalName()).stream()
                                .toList());
        said.put("manifestVersion", 1);
        said.put("runtime", ordered("kind", "java", "main", env.binaryName(main)));
    }

    private void id() {
        String id = info.text("id");
        if (!Texts.isId(id)) {
            env.mistakes()
                    .at(
                            info,
                            "id",
                            "\"" + id
                                    + "\" is no id; it begins with a letter, has small letters and digits in parts joined by . or -, and at most 63 characters,"
                                    + " such as acme-cloud");
        }
        said.put("id", id);
    }

    private void version(Map<String, Object> handWritten) {
        Optional<String> version = Optional.of(info.text("version"))
                .filter(text -> !text.isEmpty())
                .or(() -> env.option(Env.VERSION));
        if (version.isEmpty()) {
            if (!handWritten.containsKey("version")) {
                env.mistakes()
                        .at(
                                info,
                                "version",
                                "the plugin has no version; compile with -A" + Env.VERSION
                                        + "=1.2.3, or say version = ... here");
            }
            return;
        }
        if (!Texts.isVersion(version.get())) {
            String origin = info.text("version").isEmpty() ? " (from -A" + Env.VERSION + ")" : "";
            env.mistakes()
                    .at(
                            info,
                            "version",
                            "\"" + version.get() + "\"" + origin
                                    + " is no semantic version; write three numbers, such as 1.2.0 or 1.2.0-rc.1");
        }
        said.put("version", version.get());
    }

    private void texts() {
        for (String field : List.of("name", "description", "author", "license", "homepage")) {
            if (!info.text(field).isEmpty()) {
                said.put(field, info.text(field));
            }
        }
        (info.says("reloadOnConfigChange") ? said : implied)
                .put("reloadOnConfigChange", info.flag("reloadOnConfigChange"));
    }

    /** A class with a state or something exclusive hands over, unless its author says otherwise. */
    private void reload(TypeElement main) {
        boolean handsOver = HANDING_OVER.stream().anyMatch(hook -> env.overrides(main, Plugin.class, hook));
        if (info.says("reload")) {
            said.put("reload", info.text("reload").toLowerCase(Locale.ROOT));
        } else {
            implied.put("reload", handsOver ? "handover" : "overlap");
        }
    }

    private void capabilities() {
        List<Map<String, Object>> capabilities = new ArrayList<>();
        for (AnnotationValue value : info.list("capabilities")) {
            String text = Mark.text(value);
            int at = text.indexOf('@');
            if (at < 0 || !Texts.isId(text.substring(0, at)) || !Texts.isShortVersion(text.substring(at + 1))) {
                env.mistakes()
                        .at(info, value, "\"" + text + "\" is no capability; write id@version, such as vm.export@1.0");
                continue;
            }
            capabilities.add(ordered("id", text.substring(0, at), "version", text.substring(at + 1)));
        }
        said.put("capabilities", capabilities);
    }

    private void healthInterval() {
        String text = info.text("healthInterval");
        if (text.isEmpty()) {
            return;
        }
        if (Texts.duration(text).filter(interval -> interval.isPositive()).isEmpty()) {
            env.mistakes().at(info, "healthInterval", "\"" + text + "\" is no interval; write 30s, 5m or PT1H");
        }
        said.put("healthInterval", text);
    }

    private void config() {
        info.type("config").flatMap(env::element).ifPresent(config -> {
            if (!config.getQualifiedName().contentEquals(PluginInfo.NoConfig.class.getCanonicalName())) {
                said.put("configSchema", new ConfigSchema(env).of(config));
            }
        });
    }

    private void permissions(Mark mark) {
        for (AnnotationValue value : mark.list("host")) {
            String service = Mark.text(value);
            if (!SERVICES.contains(service)) {
                env.mistakes()
                        .at(
                                mark,
                                value,
                                "no host has a service \"" + service + "\"" + Texts.suggestion(service, SERVICES)
                                        + " (there are " + String.join(", ", SERVICES) + ")");
            }
        }
        for (String member : List.of("network", "read", "write", "environment")) {
            for (AnnotationValue value : mark.list(member)) {
                if (Mark.text(value).isBlank()) {
                    env.mistakes().at(mark, value, "an empty permission; name what is needed, or leave it out");
                }
            }
        }
        Map<String, Object> files = new LinkedHashMap<>();
        put(files, "read", mark.texts("read"));
        put(files, "write", mark.texts("write"));
        Map<String, Object> permissions = new LinkedHashMap<>();
        put(permissions, "network", mark.texts("network"));
        if (!files.isEmpty()) {
            permissions.put("filesystem", files);
        }
        put(permissions, "environment", mark.texts("environment"));
        if (mark.says("processes")) {
            permissions.put("processes", mark.flag("processes"));
        }
        put(permissions, "host", mark.texts("host"));
        if (!permissions.isEmpty()) {
            said.put("permissions", permissions);
        }
    }

    private void requires(Mark mark) {
        Map<String, Object> requires = new LinkedHashMap<>();
        String java = mark.text("java");
        if (!java.isEmpty()) {
            if (!Texts.isRange(java)) {
                env.mistakes().at(mark, "java", "\"" + java + "\" is no range of versions; write >=25, or >=25 <27");
            }
            requires.put("java", java);
        }
        Map<String, Object> platform = new LinkedHashMap<>();
        put(platform, "os", words(mark, "os", "linux"));
        put(platform, "arch", words(mark, "arch", "x86_64"));
        if (!platform.isEmpty()) {
            requires.put("platform", platform);
        }
        ranges(mark, "apis", "plugbay-cloud@^1.0", requires);
        ranges(mark, "plugins", "qemu-tools@>=1.2 <2", requires);
        if (!requires.isEmpty()) {
            said.put("requires", requires);
        }
    }

    private List<String> words(Mark mark, String member, String example) {
        for (AnnotationValue value : mark.list(member)) {
            if (!Mark.text(value).matches("[a-z0-9_]+")) {
                env.mistakes()
                        .at(
                                mark,
                                value,
                                "\"" + Mark.text(value) + "\" is no name of a platform; write it small, such as "
                                        + example);
            }
        }
        return mark.texts(member);
    }

    private void ranges(Mark mark, String member, String example, Map<String, Object> requires) {
        Map<String, Object> ranges = new LinkedHashMap<>();
        for (AnnotationValue value : mark.list(member)) {
            String text = Mark.text(value);
            int at = text.indexOf('@');
            if (at < 0 || !Texts.isId(text.substring(0, at)) || !Texts.isRange(text.substring(at + 1))) {
                env.mistakes()
                        .at(mark, value, "\"" + text + "\" is no requirement; write id@range, such as " + example);
            } else if (ranges.put(text.substring(0, at), text.substring(at + 1)) != null) {
                env.mistakes()
                        .at(
                                mark,
                                value,
                                text.substring(0, at)
                                        + " is required twice; put both ranges into one, separated by a blank");
            }
        }
        if (!ranges.isEmpty()) {
            requires.put(member, ranges);
        }
    }

    /** Checks what only the whole manifest can tell: that permissions refer to a configuration that there is. */
    void checkWhole(Map<String, Object> manifest) {
        Map<String, Object> properties =
                ManifestFile.map(ManifestFile.map(manifest.get("configSchema")).get("properties"));
        if (!(info.element() instanceof TypeElement main)) {
            return;
        }
        Mark.find(env, main, Permissions.class).ifPresent(mark -> {
            for (String member : List.of("network", "read", "write", "environment")) {
                for (AnnotationValue value : mark.list(member)) {
                    Matcher reference = REFERENCE.matcher(Mark.text(value));
                    while (reference.find()) {
                        String name = reference.group(1);
                        if (!properties.containsKey(name)) {
                            env.mistakes()
                                    .at(
                                            mark,
                                            value,
                                            "the configuration has no \"" + name + "\""
                                                    + Texts.suggestion(name, properties.keySet())
                                                    + "; refer to a component of the config record");
                        }
                    }
                }
            }
        });
    }

    private static void put(Map<String, Object> map, String key, List<String> values) {
        if (!values.isEmpty()) {
            map.put(key, values);
        }
    }

    private static Map<String, Object> ordered(String key, Object value, String other, Object otherValue) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        map.put(other, otherValue);
        return map;
    }
}
