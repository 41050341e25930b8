package dev.plugbay.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A plugin as authors make it: compiled from source with the real annotation processor, and packed. */
final class PluginJar {
    static final String MANIFEST = "META-INF/plugbay/manifest.json";

    private static final Pattern PACKAGE = Pattern.compile("package\\s+([\\w.]+)\\s*;");
    private static final Pattern TYPE = Pattern.compile("public\\s+(?:final\\s+)?(?:class|record|interface)\\s+(\\w+)");

    private final Map<String, byte[]> entries;

    private PluginJar(Map<String, byte[]> entries) {
        this.entries = new TreeMap<>(entries);
    }

    /** Compiles sources; {@code @VERSION@} in them is the version. */
    static PluginJar compile(String version, String... sources) {
        try {
            Path work = Files.createTempDirectory("plugbay-compile-");
            try {
                Path classes = Files.createDirectory(work.resolve("classes"));
                List<Path> files = new ArrayList<>();
                for (String source : sources) {
                    Path file = work.resolve(path(source));
                    Files.createDirectories(Objects.requireNonNull(file.getParent()));
                    files.add(Files.writeString(file, source.replace("@VERSION@", version)));
                }
                javac(version, classes, files);
                return new PluginJar(content(classes));
            } finally {
                deleteAll(work);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What an existing jar holds. */
    static PluginJar read(Path jar) {
        Map<String, byte[]> entries = new TreeMap<>();
        try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
            for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
                if (!entry.isDirectory()) {
                    entries.put(entry.getName(), in.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PluginJar(entries);
    }

    /** The same with an edited manifest. */
    PluginJar manifest(Consumer<ObjectNode> edit) {
        JsonMapper mapper = new JsonMapper();
        ObjectNode manifest = (ObjectNode) mapper.readTree(Objects.requireNonNull(entries.get(MANIFEST)));
        edit.accept(manifest);
        return with(MANIFEST, mapper.writeValueAsBytes(manifest));
    }

    /** The same code as another version. */
    PluginJar version(String version) {
        return manifest(manifest -> manifest.put("version", version));
    }

    /** The same with another entry, or another content of an entry. */
    PluginJar with(String name, byte[] content) {
        PluginJar copy = new PluginJar(entries);
        copy.entries.put(name, content);
        return copy;
    }

    byte[] entry(String name) {
        return Objects.requireNonNull(entries.get(name), name).clone();
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                JarEntry header = new JarEntry(entry.getKey());
                header.setTime(0);
                jar.putNextEntry(header);
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes it beside its place and renames it, so that nobody sees half of it. */
    Path to(Path file) {
        return replace(file, bytes());
    }

    static Path replace(Path file, byte[] bytes) {
        try {
            Path part = file.resolveSibling("." + file.getFileName() + ".part");
            Files.write(part, bytes);
            return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void javac(String version, Path classes, List<Path> files) throws IOException {
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        StringWriter messages = new StringWriter();
        List<String> options = List.of(
                "-d",
                classes.toString(),
                "-classpath",
                Built.pluginClassPath(),
                "-processorpath",
                Built.processorPath(),
                "-Aplugbay.version=" + version,
                "-parameters",
                "-Xlint:all",
                "-Werror");
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiled = compiler.getTask(
                            messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            if (!compiled) {
                throw new IllegalArgumentException(messages.toString());
            }
        }
    }

    private static String path(String source) {
        Matcher type = TYPE.matcher(source);
        Matcher in = PACKAGE.matcher(source);
        if (!type.find() || !in.find()) {
            throw new IllegalArgumentException("no public class in a package: " + source);
        }
        return in.group(1).replace('.', '/') + "/" + type.group(1) + ".java";
    }

    private static Map<String, byte[]> content(Path classes) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.put(classes.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return entries;
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
