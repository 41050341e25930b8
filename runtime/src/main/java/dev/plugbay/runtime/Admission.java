package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Decides whether an artifact may be loaded into this host: by its kind, the APIs, Java and plugins that it needs.
 * Runs none of its code. Immutable; asks for the running plugins each time.
 */
final class Admission {
    private final ApiCatalog apis;
    private final Supplier<Map<String, Version>> running;

    /**
     * The rules of one host.
     *
     * @param running the plugins that run now, with their versions
     */
    Admission(ApiCatalog apis, Supplier<Map<String, Version>> running) {
        this.apis = apis;
        this.running = running;
    }

    /** Fails unless the operator lets this id be loaded. */
    void requireAllowed(String id, HostSettings settings) {
        Globs.held(id, settings.allow(), settings.deny()).ifPresent(reason -> {
            throw PlugbayException.of(ErrorCode.UNTRUSTED, id + " may not be loaded: " + reason + ".")
                    .plugin(id)
                    .remedy("Allow it under plugins.allow and plugins.deny in the configuration.")
                    .build();
        });
    }

    /** Fails with the code and both sides of what does not fit. */
    void check(Artifact artifact, HostSettings settings) {
        Manifest manifest = artifact.manifest();
        if (manifest.runtime().kind() != Manifest.Kind.JAVA) {
            throw unsupported(manifest, "is an executable plugin, which needs process isolation");
        }
        Compatibility.check(manifest, apis, running.get());
    }

    private static PlugbayException unsupported(Manifest manifest, String what) {
        return PlugbayException.of(
                        ErrorCode.UNSUPPORTED,
                        manifest.id() + " " + manifest.version() + " " + what + "; this host offers in-process only.")
                .plugin(manifest.id())
                .remedy("Use a Java plugin with isolation: in-process.")
                .build();
    }
}
