package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares what a plugin needs with what a host has; a refusal names both. */
final class Compatibility {
    /**
     * What a host is.
     *
     * @param java the version of its Java
     * @param os {@code linux}, {@code macos}, {@code windows}, or the system's own name in lower case
     * @param arch {@code x86_64}, {@code aarch64}, or the system's own name in lower case
     */
    record Host(Version java, String os, String arch) {
        /** This one. */
        static Host current() {
            Runtime.Version java = Runtime.version();
            return new Host(
                    Version.of(java.feature(), java.interim(), java.update()),
                    osName(System.getProperty("os.name", "")),
                    archName(System.getProperty("os.arch", "")));
        }
    }

    private Compatibility() {}

    /** Checks what a plugin needs against this machine, its Java, and what it is given; see the other. */
    static void check(Manifest manifest, ApiCatalog apis, Map<String, Version> running) {
        check(manifest, apis, running, Host.current());
    }

    /** Artifacts in the order in which their plugins start: each after those that it requires; those that require each other in a circle come last. */
    static List<Artifact> inOrder(Collection<Artifact> artifacts) {
        Map<String, Artifact> byId = new TreeMap<>();
        artifacts.forEach(artifact -> byId.put(artifact.manifest().id(), artifact));
        StartOrder order =
                StartOrder.of(artifacts.stream().map(Artifact::manifest).toList());
        List<Artifact> ordered = new ArrayList<>();
        order.ids().forEach(id -> Optional.ofNullable(byId.remove(id)).ifPresent(ordered::add));
        ordered.addAll(byId.values());
        return ordered;
    }

    /**
     * Checks what a plugin needs.
     *
     * @param running the versions of the plugins that run, by id
     * @throws PlugbayException {@link ErrorCode#INCOMPATIBLE_API}, {@link ErrorCode#MISSING_DEPENDENCY}
     */
    static void check(Manifest manifest, ApiCatalog apis, Map<String, Version> running, Host host) {
        Manifest.Requires needs = manifest.requires();
        if (!needs.java().contains(host.java)) {
            throw refuse(
                    manifest,
                    "/requires/java",
                    "Java " + needs.java(),
                    "runs on Java " + host.java,
                    "Run the host on such a Java, or build the plugin for this one.");
        }
        platform(
                manifest,
                "os",
                needs.os(),
                host.os,
                needs.os().stream().map(Compatibility::osName).toList());
        platform(
                manifest,
                "arch",
                needs.arch(),
                host.arch,
                needs.arch().stream().map(Compatibility::archName).toList());
        needs.apis().forEach((name, range) -> api(manifest, apis, name, range));
        needs.plugins().forEach((id, range) -> plugin(manifest, running, id, range));
    }

    private static void platform(
            Manifest manifest, String field, List<String> wanted, String actual, List<String> normal) {
        if (!wanted.isEmpty() && !normal.contains(actual)) {
            throw refuse(
                    manifest,
                    "/requires/platform/" + field,
                    String.join(" or ", wanted),
                    "is " + actual,
                    "Install a build of the plugin for " + actual + ".");
        }
    }

    private static void api(Manifest manifest, ApiCatalog apis, String name, VersionRange range) {
        boolean fits = apis.version(name).map(range::contains).orElse(false);
        if (!fits) {
            String offer = apis.version(name)
                    .map(version -> "offers " + version)
                    .orElseGet(() -> "does not offer it; it offers "
                            + apis.versions().entrySet().stream()
                                    .map(each -> each.getKey() + " " + each.getValue())
                                    .collect(Collectors.joining(", ")));
            throw refuse(
                    manifest,
                    "/requires/apis/" + ManifestNode.escape(name),
                    name + " " + range,
                    offer,
                    "Install a version of the plugin that fits this host, or another host.");
        }
    }

    private static void plugin(Manifest manifest, Map<String, Version> running, String id, VersionRange range) {
        Version version = running.get(id);
        if (version == null || !range.contains(version)) {
            throw PlugbayException.of(
                            ErrorCode.MISSING_DEPENDENCY,
                            manifest.id() + " " + manifest.version() + " needs plugin " + id + " " + range + ", "
                                    + (version == null ? "which does not run here." : "here runs " + version + "."))
                    .plugin(manifest.id())
                    .pointer("/requires/plugins/" + id)
                    .remedy("Install " + id + " " + range + ", then load " + manifest.id() + " again.")
                    .build();
        }
    }

    private static PlugbayException refuse(
            Manifest manifest, String pointer, String needs, String offer, String remedy) {
        return PlugbayException.of(
                        ErrorCode.INCOMPATIBLE_API,
                        manifest.id() + " " + manifest.version() + " needs " + needs + ", this host " + offer + ".")
                .plugin(manifest.id())
                .pointer(pointer)
                .remedy(remedy)
                .build();
    }

    private static String osName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("mac") || lower.equals("darwin")) {
            return "macos";
        }
        return lower.startsWith("windows") ? "windows" : lower;
    }

    private static String archName(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "amd64", "x64", "x86-64", "x86_64" -> "x86_64";
            case "arm64", "aarch64" -> "aarch64";
            default -> name.toLowerCase(Locale.ROOT);
        };
    }
}
