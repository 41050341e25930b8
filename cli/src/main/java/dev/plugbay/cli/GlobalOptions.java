package dev.plugbay.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command has, before or behind its own words. */
final class GlobalOptions {
    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print the host's JSON; a failure prints its problem document.")
    boolean json;

    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "The host's address; else PLUGBAY_URL, else the one that runs for the home folder.")
    private @Nullable String url;

    Optional<String> url() {
        return Optional.ofNullable(url);
    }
}
