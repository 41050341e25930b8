package dev.plugbay.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this build made, where its modules left it. */
final class Built {
    private static final Path ROOT = Path.of(property("plugbay.root"));

    private Built() {}

    static String version() {
        return property("plugbay.version");
    }

    static Path root() {
        return ROOT;
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** The host: {@code lib} and {@code plugins}. */
    static Path host() {
        return made(ROOT.resolve("daemon/target/dist"));
    }

    static Path daemonLibraries() {
        return made(ROOT.resolve("daemon/target/dist/lib"));
    }

    static Path bundledPlugins() {
        return made(ROOT.resolve("daemon/target/dist/plugins"));
    }

    static Path cliLibraries() {
        return made(ROOT.resolve("cli/target/dist/lib"));
    }

    /** The jar of a module. */
    static Path jar(String module) {
        String name = "plugbay-" + module + "-" + version() + ".jar";
        return Stream.of(
                        ROOT.resolve(module).resolve("target").resolve(name),
                        daemonLibraries().resolve(name))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> missing(name));
    }

    /** The class path that plugins are compiled with: the two APIs, and what these show. */
    static String pluginClassPath() {
        return join(List.of("plugbay-api-", "plugbay-cloud-", "slf4j-api-", "jspecify-"));
    }

    /** The annotation processor with what it needs. */
    static String processorPath() {
        return jar("processor") + ":" + join(List.of("plugbay-api-", "jackson-"));
    }

    /** The one library that the runtime needs. */
    static String slf4j() {
        return join(List.of("slf4j-api-"));
    }

    private static String join(List<String> prefixes) {
        try (Stream<Path> jars = Files.list(daemonLibraries())) {
            return jars.filter(
                            jar -> prefixes.stream().anyMatch(jar.getFileName().toString()::startsWith))
                    .map(Path::toString)
                    .sorted()
                    .collect(Collectors.joining(":"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path made(Path path) {
        if (!Files.exists(path)) {
            throw missing(path.toString());
        }
        return path;
    }

    private static IllegalStateException missing(String what) {
        return new IllegalStateException(what + " is not built: these tests need the phase package of all modules.");
    }

    static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }
}
