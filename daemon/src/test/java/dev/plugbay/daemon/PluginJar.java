package dev.plugbay.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Makes a plugin for tests: compiled here, with a manifest written by hand. */
final class PluginJar {
    private static final String SOURCE = """
            package acme;
            public final class Echo implements dev.plugbay.api.Plugin {
                @Override public void start(dev.plugbay.api.PluginContext context) {
                    var config = context.config();
                    context.logger().info("VERSION greets {} with {}", config.get("name"), config.get("password"));
                    if ("fail".equals(config.get("name"))) {
                        throw new IllegalStateException("cannot log in with " + config.get("password"));
                    }
                }
                @Override public dev.plugbay.api.Health health() {
                    return dev.plugbay.api.Health.degraded("only a test");
                }
            }
            """;
    private static final String MANIFEST = """
            {"manifestVersion": 1, "id": "echo", "version": "VERSION", "name": "Echo",
             "requires": {"java": ">=25", "apis": {"plugbay-api": "^1.0"}},
             "runtime": {"kind": "java", "main": "acme.Echo"},
             "configSchema": {"type": "object", "additionalProperties": false, "properties": {
                "name": {"type": "string", "default": "world", "pattern": "^[a-z]*$"},
                "password": {"type": "string", "writeOnly": true}}},
             "reloadOnConfigChange": true}
            """;

    private PluginJar() {}

    /** Writes {@code echo} of a version, as a whole. */
    static Path write(Path work, Path target, String version) throws IOException {
        Path sources = Files.createDirectories(work.resolve("source-" + version));
        Path classes = Files.createDirectories(work.resolve("classes-" + version));
        Path source = Files.writeString(sources.resolve("Echo.java"), SOURCE.replace("VERSION", version));
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        int exit = compiler.run(
                null,
                null,
                null,
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                source.toString());
        if (exit != 0) {
            throw new IOException("the test's plugin does not compile");
        }
        Path jar = work.resolve("echo-" + version + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            zip.putNextEntry(new ZipEntry("META-INF/plugbay/manifest.json"));
            zip.write(MANIFEST.replace("VERSION", version).getBytes(StandardCharsets.UTF_8));
            List<Path> compiled = files.filter(Files::isRegularFile).toList();
            for (Path file : compiled) {
                zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, zip);
            }
        }
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        Files.move(jar, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return target;
    }
}
