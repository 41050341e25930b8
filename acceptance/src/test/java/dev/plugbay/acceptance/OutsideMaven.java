package dev.plugbay.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Maven of somebody who has installed Plugbay: the one that runs this build, with a local repository that holds this build's jars and sees
 * what the user's has. It is offline, because everything that the guides name was needed for this build too.
 */
final class OutsideMaven {
    private static final long SECONDS = 300;
    private static final String GROUP = "dev/plugbay";
    private static final Map<String, String> MODULES = Map.of(
            "plugbay-api", "api",
            "plugbay-cloud", "cloud",
            "plugbay-processor", "processor",
            "plugbay-runtime", "runtime",
            "plugbay-testkit", "testkit");

    private final Path repository;

    OutsideMaven(Path repository) {
        this.repository = repository;
        install("plugbay", Built.root());
        MODULES.forEach((artifact, module) -> {
            install(artifact, Built.root().resolve(module));
            copy(Built.jar(module), place(artifact, ".jar"));
        });
    }

    /** Runs goals in a project. */
    void run(Path project, String... goals) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(Built.property("plugbay.maven"), "bin", "mvn").toString(),
                "-o",
                "-B",
                "-Dmaven.repo.local=" + repository,
                "-Dmaven.repo.local.tail=" + Built.property("plugbay.repository")));
        command.addAll(List.of(goals));
        ProcessBuilder builder = Daemon.process(command).directory(project.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Ran.of(builder, SECONDS).succeeded();
    }

    /** What an embedding program has on its class path: the runtime, and what it depends on. */
    String runtimeClassPath() {
        return place("plugbay-runtime", ".jar") + ":" + place("plugbay-api", ".jar") + ":" + Built.slf4j();
    }

    private void install(String artifact, Path module) {
        copy(module.resolve("pom.xml"), place(artifact, ".pom"));
    }

    private Path place(String artifact, String suffix) {
        return repository
                .resolve(GROUP)
                .resolve(artifact)
                .resolve(Built.version())
                .resolve(artifact + "-" + Built.version() + suffix);
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to.resolve("..").normalize());
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
