package dev.plugbay.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Real plugin jars, compiled from source for a test. */
final class Jars {
    private static final Pattern PACKAGE = Pattern.compile("package\\s+([\\w.]+)\\s*;");
    private static final Pattern TYPE = Pattern.compile("public\\s+(?:final\\s+)?(?:class|record|interface)\\s+(\\w+)");

    private final String id;
    private final String version;
    private final Map<String, Object> manifest = new LinkedHashMap<>();
    private final List<String> sources = new ArrayList<>();
    private final List<Object> extensions = new ArrayList<>();
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private Jars(String id, String version) {
        this.id = id;
        this.version = version;
        manifest.put("manifestVersion", 1);
        manifest.put("id", id);
        manifest.put("version", version);
    }

    static Jars plugin(String id, String version) {
        return new Jars(id, version);
    }

    /** A source file; the first one is the main class. */
    Jars source(String text) {
        sources.add(text.replace("@VERSION@", version));
        manifest.putIfAbsent("runtime", Map.of("kind", "java", "main", className(text)));
        return this;
    }

    /** A source file whose class implements a point. */
    Jars extension(Class<?> point, String text) {
        sources.add(text.replace("@VERSION@", version));
        return extension(point, className(text), "");
    }

    Jars extension(Class<?> point, String type, String name) {
        Map<String, Object> extension = new LinkedHashMap<>();
        extension.put("point", point.getName());
        extension.put("class", type);
        if (!name.isEmpty()) {
            extension.put("name", name);
        }
        extensions.add(extension);
        return this;
    }

    /** A further field of the manifest. */
    Jars with(String field, Object value) {
        manifest.put(field, value);
        return this;
    }

    Jars host(String... services) {
        return with("permissions", Map.of("host", List.of(services)));
    }

    /** A further entry of the jar. */
    Jars file(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    Jars file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** The classes that these sources are compiled to, by the names of their entries. */
    Map<String, byte[]> classes() {
        Map<String, byte[]> named = new LinkedHashMap<>();
        compile().forEach((name, bytes) -> named.put(name.replace('.', '/') + ".class", bytes));
        return named;
    }

    byte[] bytes() {
        if (!extensions.isEmpty()) {
            manifest.put("extensions", extensions);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            entry(jar, "META-INF/plugbay/manifest.json", Json.write(manifest).getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, byte[]> type : classes().entrySet()) {
                entry(jar, type.getKey(), type.getValue());
            }
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                entry(jar, file.getKey(), file.getValue());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return bytes.toByteArray();
    }

    /** Writes the jar beside its name and moves it into place, so that nobody sees half of it. */
    Path to(Path folder) {
        return to(folder, id + "-" + version + ".jar");
    }

    Path to(Path folder, String name) {
        try {
            Path part = Files.write(Files.createDirectories(folder).resolve("." + name + ".part"), bytes());
            return Files.move(part, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void entry(JarOutputStream jar, String name, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTime(0);
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }

    private static String className(String source) {
        Matcher type = TYPE.matcher(source);
        Matcher in = PACKAGE.matcher(source);
        if (!type.find() || !in.find()) {
            throw new IllegalArgumentException("no public class in a package: " + source);
        }
        return in.group(1) + "." + type.group(1);
    }

    private Map<String, byte[]> compile() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(null, null, null)) {
            JavaFileManager files = new ForwardingJavaFileManager<>(standard) {
                @Override
                public JavaFileObject getJavaFileForOutput(
                        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
                    return new SimpleJavaFileObject(URI.create("mem:///" + className.replace('.', '/')), kind) {
                        @Override
                        public OutputStream openOutputStream() {
                            return classes.computeIfAbsent(className, name -> new ByteArrayOutputStream());
                        }
                    };
                }
            };
            List<SimpleJavaFileObject> units = sources.stream().map(Jars::unit).toList();
            boolean compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of("-proc:none", "-parameters", "-classpath", System.getProperty("java.class.path")),
                            null,
                            units)
                    .call();
            if (!compiled) {
                throw new IllegalArgumentException(messages.toString());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        classes.forEach((name, content) -> bytes.put(name, content.toByteArray()));
        return bytes;
    }

    private static SimpleJavaFileObject unit(String source) {
        String path = className(source).replace('.', '/') + ".java";
        return new SimpleJavaFileObject(URI.create("mem:///" + path), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }
}
