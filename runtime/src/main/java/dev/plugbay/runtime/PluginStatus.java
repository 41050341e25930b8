package dev.plugbay.runtime;

import dev.plugbay.api.Health;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known of a plugin at one moment. State, generation and health are those of its default instance.
 *
 * @param id its id
 * @param name its name
 * @param version the version that runs, or would
 * @param description from the manifest
 * @param author from the manifest
 * @param license from the manifest
 * @param homepage from the manifest
 * @param capabilities what it can do
 * @param generation the current generation's number
 * @param state its state
 * @param enabled whether it may execute code; an instance may be disabled by itself, too
 * @param isolation {@code in-process}
 * @param artifact {@code sha256:} and the digits
 * @param source where the winning candidate lies
 * @param candidates all candidates, and why each won or lost
 * @param loadedAt when the current generation was published
 * @param health its health
 * @param instances each instance, the default one first; state, generation, health, problem and verdicts above are the default one's
 * @param extensions what its instances offer
 * @param problem why it does not run, or why the last change was refused
 * @param verdicts what became of older generations, oldest first
 */
public record PluginStatus(
        String id,
        String name,
        String version,
        Optional<String> description,
        Optional<String> author,
        Optional<String> license,
        Optional<String> homepage,
        List<Capability> capabilities,
        OptionalInt generation,
        PluginState state,
        boolean enabled,
        String isolation,
        Optional<String> artifact,
        Optional<Path> source,
        List<Candidate> candidates,
        Optional<Instant> loadedAt,
        Health health,
        List<InstanceStatus> instances,
        List<OfferedExtension> extensions,
        Optional<Problem> problem,
        List<UnloadVerdict> verdicts) {

    /** Copies the lists. */
    public PluginStatus {
        capabilities = List.copyOf(capabilities);
        candidates = List.copyOf(candidates);
        instances = List.copyOf(instances);
        extensions = List.copyOf(extensions);
        verdicts = List.copyOf(verdicts);
    }

    /**
     * Something that a plugin can do.
     *
     * @param id such as {@code vm.export}
     * @param version such as {@code 1.0}
     */
    public record Capability(String id, String version) {}

    /**
     * One configured use of the plugin.
     *
     * @param name its name; the default instance's is the plugin's id
     * @param plugin the plugin's id
     * @param version the version that it runs, or would
     * @param generation its current generation's number
     * @param state its state
     * @param enabled whether it may execute code, if its plugin may
     * @param loadedAt when the current generation was published
     * @param health its health
     * @param origin where it, or its configuration, is set and cannot be changed elsewhere, such as {@code plugbay.yaml line 12}
     * @param problem why it does not run, or why the last change was refused
     * @param verdicts what became of its older generations, oldest first
     */
    public record InstanceStatus(
            String name,
            String plugin,
            Optional<String> version,
            OptionalInt generation,
            PluginState state,
            boolean enabled,
            Optional<Instant> loadedAt,
            Health health,
            Optional<String> origin,
            Optional<Problem> problem,
            List<UnloadVerdict> verdicts) {
        /** Copies the list. */
        public InstanceStatus {
            verdicts = List.copyOf(verdicts);
        }
    }

    /**
     * An extension that is offered.
     *
     * @param point the extension point's class name
     * @param name its name; empty for the only one
     * @param instance the instance's name
     */
    public record OfferedExtension(String point, String name, String instance) {}
}
