package dev.plugbay.processor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.TypeElement;
import javax.tools.FileObject;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * The manifest in the output folder, and what was written by hand.
 *
 * <p>A build copies a hand-written manifest to the very place where the processor writes its own. So what the processor writes says that it did, and keeps the
 * part written by hand as it was: the next compilation begins from that part again, and not from the last result.
 */
final class ManifestFile {
    private static final String NAME = "META-INF/plugbay/manifest.json";
    private static final String MARK = "x-generated-by";
    private static final String GENERATOR = "plugbay-processor";
    private static final String SOURCE = "x-source";

    private final Env env;
    private final Map<String, Object> last;
    private final Map<String, Object> handWritten;
    private final boolean keepsSource;

    private ManifestFile(Env env, Map<String, Object> last, Map<String, Object> handWritten, boolean keepsSource) {
        this.env = env;
        this.last = last;
        this.handWritten = handWritten;
        this.keepsSource = keepsSource;
    }

    static ManifestFile read(Env env) {
        Map<String, Object> there = parse(env, output(env, NAME), NAME);
        boolean generated = GENERATOR.equals(there.get(MARK));
        Map<String, Object> last = generated ? there : Map.of();
        Optional<String> option = env.option(Env.MANIFEST);
        if (option.isPresent()) {
            return new ManifestFile(env, last, parse(env, named(env, option.get()), option.get()), false);
        }
        return new ManifestFile(env, last, generated ? map(there.get(SOURCE)) : there, true);
    }

    /** The part written by hand; empty if none is. */
    Map<String, Object> handWritten() {
        return handWritten;
    }

    /** Names of the classes in the last generated manifest. */
    List<String> classes() {
        Stream<Object> extensions = last.get("extensions") instanceof List<?> entries
                ? entries.stream().map(entry -> map(entry).get("class"))
                : Stream.of();
        return Stream.concat(Stream.ofNullable(map(last.get("runtime")).get("main")), extensions)
                .filter(String.class::isInstance)
                .map(name -> env.type((String) name)
                        .map(type -> type.getQualifiedName().toString())
                        .orElse((String) name))
                .distinct()
                .toList();
    }

    /** The APIs in the last generated manifest. */
    Map<String, Object> apis() {
        return map(map(last.get("requires")).get("apis"));
    }

    /** Whether the class file lies in the output folder. */
    boolean hasClass(String binaryName) {
        return output(env, binaryName.replace('.', '/') + ".class").isPresent();
    }

    void write(Map<String, Object> manifest, TypeElement origin) {
        Map<String, Object> whole = new LinkedHashMap<>(manifest);
        whole.put(MARK, GENERATOR);
        if (keepsSource && !handWritten.isEmpty()) {
            whole.put(SOURCE, handWritten);
        }
        try {
            FileObject file = env.filer().createResource(StandardLocation.CLASS_OUTPUT, "", NAME, origin);
            try (Writer writer = file.openWriter()) {
                writer.write(Json.write(whole));
            }
        } catch (IOException e) {
            env.mistakes().at(origin, "cannot write " + NAME + ": " + e);
        }
    }

    /** Removes what an earlier compilation wrote, when the module makes no plugin any more. */
    void remove() {
        if (last.isEmpty()) {
            return;
        }
        try {
            // The compiler's own handle reads only; its place is a file wherever there is an output folder.
            URI place = env.filer()
                    .getResource(StandardLocation.CLASS_OUTPUT, "", NAME)
                    .toUri();
            Files.deleteIfExists(Path.of(place));
        } catch (IOException | IllegalArgumentException | FileSystemNotFoundException e) {
            env.mistakes().at(NAME + " describes a plugin that is no more, and cannot be removed: " + e);
        }
    }

    static Map<String, Object> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? Json.object(map) : Map.of();
    }

    private static Map<String, Object> parse(Env env, Optional<byte[]> bytes, String name) {
        if (bytes.isEmpty()) {
            return Map.of();
        }
        try {
            return Json.readObject(new String(bytes.get(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            env.mistakes().at(name + " is no manifest: " + e.getMessage());
            return Map.of();
        }
    }

    private static Optional<byte[]> named(Env env, String path) {
        try {
            return Optional.of(Files.readAllBytes(Path.of(path)));
        } catch (IOException e) {
            env.mistakes().at("-A" + Env.MANIFEST + " names " + path + ", which cannot be read: " + e);
            return Optional.empty();
        }
    }

    private static Optional<byte[]> output(Env env, String path) {
        try (InputStream in =
                env.filer().getResource(StandardLocation.CLASS_OUTPUT, "", path).openInputStream()) {
            return Optional.of(in.readAllBytes());
        } catch (IOException | UncheckedIOException | IllegalArgumentException absent) {
            return Optional.empty();
        }
    }
}
