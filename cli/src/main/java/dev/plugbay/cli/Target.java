package dev.plugbay.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a command acts on: a plugin with all its instances, or one of these. Filled in by picocli. */
final class Target {
    @Parameters(index = "0", paramLabel = "ID", description = "The plugin.")
    private String id = "";

    @Option(names = "--instance", paramLabel = "NAME", description = "Only this instance of it.")
    private @Nullable String instance;

    /** To be filled in. */
    Target() {}

    /** A plugin, or one of its instances. */
    Target(String id, @Nullable String instance) {
        this.id = id;
        this.instance = instance;
    }

    String id() {
        return id;
    }

    /** What is named, as it is said to people. */
    String named() {
        return instance == null ? id : instance;
    }

    /** The option that names the instance, if one is named. */
    String option() {
        return instance == null ? "" : " --instance " + instance;
    }

    /** Its path in the REST interface. */
    String path() {
        return path(id) + (instance == null ? "" : "/instances/" + Rest.encode(instance));
    }

    static String path(String id) {
        return "/api/v1/plugins/" + Rest.encode(id);
    }

    static String path(String id, String instance) {
        return path(id) + "/instances/" + Rest.encode(instance);
    }
}
