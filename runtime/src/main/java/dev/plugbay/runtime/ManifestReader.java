package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.ReloadMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads manifests without loading anything of the plugin. Strict: a field that is unknown, stands twice or has another type is refused with its
 * JSON pointer, and ids and versions are checked before any path is built from them. {@code $schema} and {@code x-*} are ignored.
 */
final class ManifestReader {
    /** The most bytes of a manifest. */
    static final int MAX_BYTES = 1 << 20;

    /** The manifest version that this host reads. */
    static final int VERSION = 1;

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+)*");
    private static final Pattern CLASS_NAME = Pattern.compile("(?U)[\\p{Alpha}_$][\\w$]*(\\.[\\p{Alpha}_$][\\w$]*)*");
    private static final List<String> HOST_SERVICES =
            List.of("storage", "data", "events", "schedule", "threads", "config:write");

    private ManifestReader() {}

    /** Whether {@code text} may be the id of a plugin or the name of an instance. */
    static boolean isId(String text) {
        return text.length() <= 63 && ID.matcher(text).matches();
    }

    /** Whether {@code text} may be the name of a class, as {@link Class#getName()} writes it. */
    static boolean isClassName(String text) {
        return text.length() <= 512 && CLASS_NAME.matcher(text).matches();
    }

    /**
     * Reads a manifest.
     *
     * @param bytes its bytes
     * @param origin where they come from, for messages
     * @throws PlugbayException {@link ErrorCode#INVALID_MANIFEST} with a pointer; {@link ErrorCode#INCOMPATIBLE_API} when it needs a newer host
     */
    static Manifest read(byte[] bytes, String origin) {
        if (bytes.length > MAX_BYTES) {
            throw tooLarge(origin);
        }
        Object tree;
        try {
            tree = Json.parse(bytes);
        } catch (Json.Malformed e) {
            throw PlugbayException.of(
                            ErrorCode.INVALID_MANIFEST,
                            "The manifest of " + origin + " is not valid JSON: " + e.getMessage() + ".")
                    .remedy("Mend the JSON, or let the annotation processor write the manifest.")
                    .build();
        }
        if (!(tree instanceof Map<?, ?> map)) {
            throw PlugbayException.of(
                            ErrorCode.INVALID_MANIFEST, "The manifest of " + origin + " is not a JSON object.")
                    .pointer("")
                    .build();
        }
        return manifest(new ManifestNode(Trees.object(map), "", origin));
    }

    static PlugbayException tooLarge(String origin) {
        return PlugbayException.of(
                        ErrorCode.INVALID_MANIFEST,
                        "The manifest of " + origin + " is larger than " + MAX_BYTES + " bytes.")
                .build();
    }

    private static Manifest manifest(ManifestNode root) {
        int manifestVersion = root.integer("manifestVersion");
        if (manifestVersion > VERSION) {
            // Said before anything else: fields of a later version are not "unknown".
            throw PlugbayException.of(
                            ErrorCode.INCOMPATIBLE_API,
                            root.origin() + " needs a newer host: its manifest has version " + manifestVersion
                                    + ", this host reads up to " + VERSION + ".")
                    .pointer("/manifestVersion")
                    .remedy("Upgrade the host, or install an older version of the plugin.")
                    .build();
        }
        if (manifestVersion < 1) {
            throw root.invalid("manifestVersion", "must be " + VERSION);
        }
        String id = root.text("id");
        if (!isId(id)) {
            throw root.invalid(
                    "id",
                    "must be lower-case words of letters and digits joined by . or -, begin with a letter, and have at most 63 characters");
        }
        ManifestNode named = root.about(id);
        Version version = named.parsed("version", Version::parse);
        Manifest manifest = new Manifest(
                manifestVersion,
                id,
                named.optional("name").filter(name -> !name.isBlank()).orElse(id),
                version,
                named.optional("description"),
                named.optional("author"),
                named.optional("license"),
                named.optional("homepage"),
                requires(named.child("requires")),
                runtime(named),
                extensions(named),
                capabilities(named),
                exports(named.child("exports")),
                permissions(named.child("permissions")),
                limits(named.child("limits")),
                named.tree("configSchema"),
                named.truth("reloadOnConfigChange"),
                named.oneOf(
                        "reload",
                        "overlap",
                        Map.of(
                                "overlap",
                                ReloadMode.OVERLAP,
                                "handover",
                                ReloadMode.HANDOVER,
                                "none",
                                ReloadMode.NONE)),
                healthInterval(named));
        named.refuseUnknown();
        return manifest;
    }

    private static Manifest.Requires requires(ManifestNode node) {
        ManifestNode platform = node.child("platform");
        Manifest.Requires requires = new Manifest.Requires(
                node.has("java") ? node.parsed("java", VersionRange::parse) : VersionRange.any(),
                platform.texts("os"),
                platform.texts("arch"),
                ranges(node.child("apis"), false),
                ranges(node.child("plugins"), true));
        platform.refuseUnknown();
        node.refuseUnknown();
        return requires;
    }

    private static Map<String, VersionRange> ranges(ManifestNode node, boolean ids) {
        Map<String, VersionRange> ranges = new LinkedHashMap<>();
        for (String name : node.names()) {
            if (ids && !isId(name)) {
                throw node.invalid(name, "is not the id of a plugin");
            }
            ranges.put(name, node.parsed(name, VersionRange::parse));
        }
        return Collections.unmodifiableMap(ranges);
    }

    private static Manifest.Launch runtime(ManifestNode root) {
        if (!root.has("runtime")) {
            throw root.missing("runtime");
        }
        ManifestNode node = root.child("runtime");
        Manifest.Kind kind =
                node.oneOf("kind", null, Map.of("java", Manifest.Kind.JAVA, "executable", Manifest.Kind.EXECUTABLE));
        Manifest.Launch runtime;
        if (kind == Manifest.Kind.JAVA) {
            List<String> classpath = node.has("classpath") ? node.texts("classpath") : List.of("lib/*.jar");
            for (int i = 0; i < classpath.size(); i++) {
                requireRelative(node, "classpath/" + i, classpath.get(i));
            }
            runtime = new Manifest.Launch(kind, className(node, "main"), classpath, List.of(), Optional.empty());
        } else {
            List<String> command = node.texts("command");
            if (command.isEmpty()) {
                throw node.missing("command");
            }
            requireRelative(node, "command/0", command.getFirst());
            runtime = new Manifest.Launch(kind, "", List.of(), command, node.optional("protocol"));
        }
        node.refuseUnknown();
        return runtime;
    }

    private static String className(ManifestNode node, String field) {
        String name = node.text(field);
        if (!isClassName(name)) {
            throw node.invalid(field, "is not the name of a class");
        }
        return name;
    }

    private static void requireRelative(ManifestNode node, String field, String path) {
        Optional<String> fault = EntryNames.fault(path);
        if (fault.isPresent()) {
            throw node.invalid(field, fault.get());
        }
    }

    private static List<Manifest.Extension> extensions(ManifestNode root) {
        List<Manifest.Extension> extensions = new ArrayList<>();
        for (ManifestNode node : root.children("extensions")) {
            extensions.add(new Manifest.Extension(
                    className(node, "point"),
                    className(node, "class"),
                    node.optional("name").orElse(""),
                    node.has("order") ? node.integer("order") : 0,
                    node.tree("properties")));
            node.refuseUnknown();
            for (Manifest.Extension earlier : extensions.subList(0, extensions.size() - 1)) {
                Manifest.Extension last = extensions.getLast();
                if (earlier.point().equals(last.point()) && earlier.name().equals(last.name())) {
                    throw node.invalid("name", "is taken by another extension of the same point");
                }
            }
        }
        return extensions;
    }

    private static List<PluginStatus.Capability> capabilities(ManifestNode root) {
        List<PluginStatus.Capability> capabilities = new ArrayList<>();
        for (ManifestNode node : root.children("capabilities")) {
            capabilities.add(new PluginStatus.Capability(node.text("id"), node.text("version")));
            node.refuseUnknown();
        }
        return capabilities;
    }

    private static Optional<String> exports(ManifestNode node) {
        Optional<String> jar = node.optional("jar");
        jar.ifPresent(path -> requireRelative(node, "jar", path));
        node.refuseUnknown();
        return jar;
    }

    private static Manifest.Permissions permissions(ManifestNode node) {
        ManifestNode files = node.child("filesystem");
        List<String> host = node.texts("host");
        for (int i = 0; i < host.size(); i++) {
            if (!HOST_SERVICES.contains(host.get(i))) {
                throw node.invalid(
                        "host/" + i,
                        "names no service of the host" + ManifestNode.suggestion(host.get(i), HOST_SERVICES));
            }
        }
        Manifest.Permissions permissions = new Manifest.Permissions(
                host,
                node.texts("network"),
                files.texts("read"),
                files.texts("write"),
                node.texts("environment"),
                node.truth("processes"));
        files.refuseUnknown();
        node.refuseUnknown();
        return permissions;
    }

    private static Map<String, String> limits(ManifestNode node) {
        Map<String, String> limits = new LinkedHashMap<>();
        for (String name : List.of("memory", "cpu", "processes", "files")) {
            node.optional(name).ifPresent(value -> limits.put(name, value));
        }
        node.refuseUnknown();
        return limits;
    }

    private static Optional<Duration> healthInterval(ManifestNode node) {
        if (!node.has("healthInterval")) {
            return Optional.empty();
        }
        Duration interval = node.parsed("healthInterval", Durations::parse);
        if (interval.isZero()) {
            throw node.invalid("healthInterval", "must be longer than zero");
        }
        return Optional.of(interval);
    }
}
