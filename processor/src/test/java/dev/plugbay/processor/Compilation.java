package dev.plugbay.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.processing.Processor;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources in a folder with the processor, as a build does, and says what came of it. */
final class Compilation {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z.]+);");
    private static final Pattern TYPE = Pattern.compile(
            "(?m)^(?:@\\w+(?:\\([^)]*\\))? )*(?:public |final |abstract |sealed )*(?:class|interface|record|enum) (\\w+)");

    private final Path folder;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<String> options =
            new ArrayList<>(List.of("--release", "25", "-proc:full", "-Aplugbay.version=1.2.3"));
    private final List<Path> classPath = new ArrayList<>();
    private final List<Processor> processors =
            new ArrayList<>(List.of(new PlugbayProcessor(), new PlugbayAnnotations()));

    private Compilation(Path folder) {
        this.folder = folder;
    }

    /** What a compiler said; {@code line} is 0 where it named no place. */
    record Complaint(Diagnostic.Kind kind, String file, long line, String text) {}

    /** What came of it. */
    record Result(Path output, List<Complaint> complaints) {
        List<Complaint> errors() {
            return complaints.stream()
                    .filter(one -> one.kind() == Diagnostic.Kind.ERROR)
                    .toList();
        }

        Result succeeds() {
            assertThat(complaints).isEmpty();
            return this;
        }

        /** There is one mistake; it is at the line that ends with {@code // here}, and its message has all of these parts. */
        void failsHere(Path folder, String... parts) {
            assertThat(errors()).as("mistakes").hasSize(1);
            Complaint error = errors().getFirst();
            assertThat(error.text()).contains(parts);
            List<String> lines = lines(folder.resolve("src").resolve(error.file()));
            assertThat(error.line()).as("line of \"%s\"", error.text()).isPositive();
            assertThat(lines.get((int) error.line() - 1))
                    .as("line of \"%s\"", error.text())
                    .contains("// here");
        }

        /** There is one mistake, whose message has all of these parts, wherever it is. */
        Result fails(String... parts) {
            assertThat(errors()).as("mistakes").hasSize(1);
            assertThat(errors().getFirst().text()).contains(parts);
            return this;
        }

        boolean hasManifest() {
            return Files.exists(output.resolve("META-INF/plugbay/manifest.json"));
        }

        String manifestText() {
            return read(output.resolve("META-INF/plugbay/manifest.json"));
        }

        Map<String, Object> manifest() {
            return Json.readObject(manifestText());
        }

        /** A part of the manifest, by JSON pointer. */
        Object at(String pointer) {
            Object at = manifest();
            for (String step : pointer.substring(1).split("/", -1)) {
                at = at instanceof List<?> list
                        ? list.get(Integer.parseInt(step))
                        : Objects.requireNonNullElse(((Map<?, ?>) at).get(step), "(absent)");
            }
            return at;
        }
    }

    static Compilation in(Path folder) {
        return new Compilation(folder);
    }

    /** Adds a source; its file follows from its package and first type. */
    Compilation source(String text) {
        Matcher type = TYPE.matcher(text);
        assertThat(type.find()).as("a type in %s", text).isTrue();
        Matcher inPackage = PACKAGE.matcher(text);
        String path = (inPackage.find() ? inPackage.group(1).replace('.', '/') + "/" : "") + type.group(1) + ".java";
        return source(path, text);
    }

    Compilation source(String path, String text) {
        sources.put(path, text);
        return this;
    }

    Compilation option(String option) {
        options.removeIf(
                there -> option.contains("=") && there.startsWith(option.substring(0, option.indexOf('=') + 1)));
        options.add(option);
        return this;
    }

    Compilation without(String option) {
        options.removeIf(there -> there.startsWith(option));
        return this;
    }

    Compilation on(Path classes) {
        classPath.add(classes);
        return this;
    }

    Compilation with(Processor processor) {
        processors.addFirst(processor);
        return this;
    }

    Compilation only(Processor processor) {
        processors.clear();
        processors.add(processor);
        return this;
    }

    Compilation withoutProcessor() {
        processors.clear();
        options.remove("-proc:full");
        options.add("-proc:none");
        return this;
    }

    /** Lays a file into the output folder, as a build copies resources before it compiles. */
    Compilation resource(String path, String text) {
        write(output().resolve(path), text);
        return this;
    }

    Path output() {
        return folder.resolve("classes");
    }

    Result compile() {
        var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK");
        var complaints = new DiagnosticCollector<JavaFileObject>();
        List<Path> files = new ArrayList<>();
        sources.forEach((path, text) -> files.add(write(folder.resolve("src").resolve(path), text)));
        try (var manager = compiler.getStandardFileManager(complaints, Locale.ROOT, StandardCharsets.UTF_8)) {
            Files.createDirectories(output());
            List<String> all = new ArrayList<>(options);
            all.addAll(List.of("-d", output().toString(), "-cp", classPath()));
            var task = compiler.getTask(
                    new StringWriter(), manager, complaints, all, null, manager.getJavaFileObjectsFromPaths(files));
            task.setProcessors(processors);
            task.setLocale(Locale.ROOT);
            task.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Result(
                output(),
                complaints.getDiagnostics().stream()
                        .filter(one -> one.getKind() != Diagnostic.Kind.NOTE)
                        .map(one -> new Complaint(
                                one.getKind(),
                                one.getSource() == null
                                        ? ""
                                        : folder.resolve("src")
                                                .toUri()
                                                .relativize(one.getSource().toUri())
                                                .getPath(),
                                Math.max(0, one.getLineNumber()),
                                one.getMessage(Locale.ROOT)))
                        .toList());
    }

    private String classPath() {
        List<String> entries = new ArrayList<>(List.of(output().toString()));
        classPath.forEach(path -> entries.add(path.toString()));
        for (Class<?> type : List.of(
                dev.plugbay.api.Plugin.class,
                dev.plugbay.cloud.VmProvider.class,
                org.slf4j.Logger.class,
                org.jspecify.annotations.NullMarked.class)) {
            entries.add(Path.of(java.net.URI.create(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toString()))
                    .toString());
        }
        return String.join(java.io.File.pathSeparator, entries);
    }

    static Path write(Path file, String text) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        return read(file).lines().toList();
    }
}
