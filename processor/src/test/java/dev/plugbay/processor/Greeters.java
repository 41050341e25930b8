package dev.plugbay.processor;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plugin with an extension point of its own and two extensions, as several tests compile it. */
final class Greeters {
    static final String POINT =
            "package acme;\n@dev.plugbay.api.ExtensionPoint\npublic interface Greeter { String greet(); }";

    private Greeters() {}

    static String hello(String name, String annotation) {
        return "package acme;\n" + annotation + "\nfinal class " + name
                + " implements Greeter { public String greet() { return \"\"; } }";
    }

    static String extension(String name) {
        return hello(name, "@dev.plugbay.api.Extension(name = \"" + name.toLowerCase(Locale.ROOT) + "\")");
    }

    /** All of it, to be compiled in {@code folder}. */
    static Compilation in(Path folder) {
        return Compilation.in(folder)
                .source(ManifestTest.PLUGIN)
                .source(POINT)
                .source(extension("Hello"))
                .source(extension("Ciao"));
    }

    /** The classes of the extensions that were found. */
    static List<?> classes(Compilation.Result result) {
        return ((List<?>) result.at("/extensions"))
                .stream().<Object>map(entry -> ((Map<?, ?>) entry).get("class")).toList();
    }
}
