package dev.plugbay.runtime;

import dev.plugbay.api.ReloadMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an artifact says of itself, checked. Made by {@link ManifestReader} only, so ids and versions are safe in paths.
 *
 * @param manifestVersion 1
 * @param id its id
 * @param name a name for people; the id when the author gave none
 * @param version its version
 * @param description what it is for
 * @param author who made it
 * @param license an SPDX expression
 * @param homepage a web page
 * @param requires what it needs
 * @param runtime what is run
 * @param extensions what it offers
 * @param capabilities what it can do
 * @param exportsJar the jar that other plugins may see
 * @param permissions what it asks for
 * @param limits the limits that it asks for, as written
 * @param configSchema the JSON Schema of its configuration; empty for none
 * @param reloadOnConfigChange whether a change of the configuration reloads it
 * @param reload how a new version takes over
 * @param healthInterval how often health is asked, if it says so
 */
record Manifest(
        int manifestVersion,
        String id,
        String name,
        Version version,
        Optional<String> description,
        Optional<String> author,
        Optional<String> license,
        Optional<String> homepage,
        Requires requires,
        Launch runtime,
        List<Extension> extensions,
        List<PluginStatus.Capability> capabilities,
        Optional<String> exportsJar,
        Permissions permissions,
        Map<String, String> limits,
        Map<String, Object> configSchema,
        boolean reloadOnConfigChange,
        ReloadMode reload,
        Optional<Duration> healthInterval) {

    Manifest {
        extensions = List.copyOf(extensions);
        capabilities = List.copyOf(capabilities);
        limits = Map.copyOf(limits);
        configSchema = Trees.copy(configSchema);
    }

    /**
     * What it needs.
     *
     * @param java Java versions
     * @param os operating systems; empty for any
     * @param arch processor architectures; empty for any
     * @param apis APIs of the host, by name, in the order written
     * @param plugins other plugins, by id, in the order written
     */
    record Requires(
            VersionRange java,
            List<String> os,
            List<String> arch,
            Map<String, VersionRange> apis,
            Map<String, VersionRange> plugins) {
        Requires {
            os = List.copyOf(os);
            arch = List.copyOf(arch);
        }
    }

    /** How it is run. */
    enum Kind {
        JAVA,
        EXECUTABLE
    }

    /**
     * What is run.
     *
     * @param kind how
     * @param main the main class of a Java plugin; empty for an executable
     * @param classpath patterns of jars, relative to the archive's root
     * @param command the command of an executable; empty for Java
     * @param protocol the protocol of an executable
     */
    record Launch(Kind kind, String main, List<String> classpath, List<String> command, Optional<String> protocol) {
        Launch {
            classpath = List.copyOf(classpath);
            command = List.copyOf(command);
        }
    }

    /**
     * Something that it offers.
     *
     * @param point the extension point's class name
     * @param className the implementing class's name
     * @param name a name that tells several of one point apart; empty for the only one
     * @param order lower comes first
     * @param properties further facts
     */
    record Extension(String point, String className, String name, int order, Map<String, Object> properties) {
        Extension {
            properties = Trees.copy(properties);
        }
    }

    /**
     * What it asks for.
     *
     * @param host services of the host
     * @param network addresses
     * @param read files that it reads
     * @param write files that it writes
     * @param environment variables that it reads
     * @param processes whether it starts processes
     */
    record Permissions(
            List<String> host,
            List<String> network,
            List<String> read,
            List<String> write,
            List<String> environment,
            boolean processes) {
        Permissions {
            host = List.copyOf(host);
            network = List.copyOf(network);
            read = List.copyOf(read);
            write = List.copyOf(write);
            environment = List.copyOf(environment);
        }
    }
}
