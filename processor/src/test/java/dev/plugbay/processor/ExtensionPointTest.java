package dev.plugbay.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionPointTest {
    private static final String HEAD = """
            package acme;
            import dev.plugbay.api.*;
            import java.io.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.stream.*;
            """;
    private static final String TYPES = """
            enum Color { RED }
            record Leaf(String text, Optional<Integer> size, List<Leaf> leaves, OptionalLong bytes) {}
            record Bad(Leaf leaf, Object any) {}
            record Box<T>(T value) {}
            sealed interface Shape permits Circle, Square {}
            record Circle(double radius) implements Shape {}
            record Square(double side) implements Shape {}
            sealed interface Loose permits Open {}
            non-sealed class Open implements Loose {}
            class Plain {}
            interface Listener { void heard(Leaf leaf); default int more() { return 1; } }
            interface Asking { boolean ask(String text); }
            interface Leaking { void heard(Object any); }
            interface Typed<T> { void heard(T any); }
            """;

    @TempDir
    private Path folder;

    private Compilation.Result point(String annotation, String method) {
        return Compilation.in(folder)
                .source(
                        "acme/Point.java",
                        HEAD + annotation + "\npublic interface Point {\n" + method + " // here\n}\n" + TYPES)
                .compile();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "void go(int a, long b, boolean c, double d, char e, byte f, short g, float h);",
                "String go(String text);",
                "byte[] go(byte[] bytes);",
                "java.nio.file.Path go(java.nio.file.Path path, java.time.Instant at, java.time.Duration time);",
                "Color go(Color color);",
                "Leaf go(Leaf leaf);",
                "Shape go(Shape shape);",
                "Optional<Leaf> go();",
                "OptionalInt go();",
                "List<Map<String, Set<Integer>>> go(List<Leaf> a, Set<Color> b, Map<String, Shape> c);",
                "InputStream go(InputStream in, OutputStream out);",
                "OutputStream go();",
                "AutoCloseable go();",
                "CompletionStage<Leaf> go();",
                "CompletionStage<Void> go();",
                "void go(String text, Listener listener);",
                "void go(Runnable done);",
                "void go(); void go(int a); String go(String a);",
                "default String go() { return \"\"; }",
                "static Object of() { return 1; }",
                "@Override String toString();",
                "void go() throws IOException;"
            })
    void these_signatures_cross(String method) {
        point("@ExtensionPoint", method).succeeds();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Object go();|Point.go returns java.lang.Object, which cannot cross between host and plugin; a record or a sealed interface says what it is; what crosses: primitives",
                "void go(Object any);|Point.go takes any, java.lang.Object, which cannot cross",
                "Stream<String> go();|which would run after the call has ended; make it a List",
                "IntStream go();|which would run after the call has ended; make it a List",
                "void go(Iterator<String> all);|which would run after the call has ended; make it a List",
                "List<Iterator<String>> go();|which would run after the call has ended",
                "void go(Optional<String> text);|an Optional is for results and components of records",
                "List<Optional<String>> go();|an Optional is for results and components of records",
                "String[] go();|of arrays only byte[] crosses, so make it a List",
                "void go(int... all);|of arrays only byte[] crosses, so make it a List",
                "<T> T go(T any);|Point.go has type parameters",
                "List<?> go();|write the type out",
                "List<? extends Leaf> go();|write the type out",
                "List go();|a raw java.util.List",
                "Map<Integer, String> go();|the keys of a Map are String",
                "Bad go();|Point.go returns Bad with any, java.lang.Object, which cannot cross",
                "List<Bad> go();|of Bad with any, java.lang.Object",
                "Box<String> go();|has type parameters; write one for each use",
                "Loose go();|Loose and so acme.Open, which is no record; make it one",
                "Plain go();|acme.Plain, which cannot cross between host and plugin; make it a record",
                "Collection<String> go();|cannot cross between host and plugin; make it a List",
                "CompletableFuture<String> go();|make it a CompletionStage",
                "CompletionStage<Object> go();|java.lang.Object, which cannot cross",
                "void go(CompletionStage<String> later);|which crosses only as a result",
                "void go(AutoCloseable open);|which crosses only as a result",
                "List<InputStream> go();|a stream crosses only as parameter or result itself",
                "java.net.URI go();|pass its text",
                "Thread go();|cannot cross",
                "Listener go();|cannot cross",
                "void go(Listener listener, String text);|a listener that is not the last parameter",
                "void go(Asking listener);|a listener whose Asking.ask returns boolean; a listener only hears",
                "void go(Leaking listener);|a listener whose Leaking.heard takes java.lang.Object",
                "void go(Typed<String> listener);|a listener with type parameters",
                "void go(java.util.function.Consumer<String> listener);|cannot cross",
                "default Object go() { return 1; }|Point.go returns java.lang.Object"
            })
    void these_do_not(String method, String message) {
        point("@ExtensionPoint", method.strip()).failsHere(folder, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Object go(Thread thread);",
                "Plain go();",
                "Listener go(Listener a, Listener b);",
                "Optional<Plain> go(Optional<String> a);",
                "String[] go();"
            })
    void a_local_point_may_use_what_lives_in_the_process(String method) {
        point("@ExtensionPoint(local = true)", method).succeeds();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Stream<String> go();",
                "Iterator<String> go();",
                "void go(ListIterator<String> all);",
                "List<Stream<String>> go();"
            })
    void not_even_a_local_point_has_streams_and_iterators(String method) {
        point("@ExtensionPoint(local = true)", method).failsHere(folder, "which would run after the call has ended");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interface Point {}|Point is not public; make it public",
                "public sealed interface Point permits In {} non-sealed interface In extends Point {}|sealed",
                "public interface Point<T> {}|has type parameters"
            })
    void a_point_is_a_public_open_interface(String declaration, String message) {
        Compilation.in(folder)
                .source("acme/Point.java", HEAD + "@ExtensionPoint\n" + declaration + " // here")
                .compile()
                .failsHere(folder, message);
    }

    @Test
    void a_point_is_no_class() {
        Compilation.in(folder)
                .source("acme/Point.java", HEAD + "@ExtensionPoint // here\npublic class Point {}")
                .compile()
                .failsHere(folder, "Point is no interface; an extension point is a public interface");
    }

    @Test
    void a_method_of_a_parent_is_checked_with_the_types_it_has_there() {
        Compilation.in(folder)
                .source(
                        "acme/Point.java",
                        HEAD
                                + "@ExtensionPoint\npublic interface Point extends Source<String> {}\ninterface Source<T> { T get(); }")
                .compile()
                .succeeds();
        Compilation.in(folder)
                .source(
                        "acme/Point.java",
                        HEAD
                                + "@ExtensionPoint\npublic interface Point extends Source<Object> {} // here\ninterface Source<T> { T get(); }")
                .compile()
                .failsHere(folder, "Point.get returns java.lang.Object");
    }

    @Test
    void the_hosts_own_interface_is_checked_where_an_extension_names_it() {
        Path host = folder.resolve("host");
        Compilation.in(host)
                .withoutProcessor()
                .source("package host;\npublic interface Filters { Object filter(String text); }")
                .source("package host;\npublic interface Greeter { String greet(String name); }")
                .source("package host;\n@dev.plugbay.api.ExtensionPoint\npublic interface Marked { Object get(); }")
                .compile()
                .succeeds();
        Compilation.in(folder.resolve("good"))
                .on(host.resolve("classes"))
                .source(ManifestTest.PLUGIN)
                .source(
                        "package acme;\n@dev.plugbay.api.Extension(point = host.Greeter.class)\nclass Hello implements host.Greeter { public String greet(String name) { return name; } }")
                .compile()
                .succeeds();
        Path bad = folder.resolve("bad");
        Compilation.in(bad)
                .on(host.resolve("classes"))
                .source(ManifestTest.PLUGIN)
                .source(
                        "acme/Hello.java",
                        "package acme;\n@dev.plugbay.api.Extension(\npoint = host.Filters.class) // here\nclass Hello implements host.Filters { public Object filter(String text) { return text; } }")
                .compile()
                .failsHere(bad, "Filters.filter returns java.lang.Object, which cannot cross");
        Path marked = folder.resolve("marked");
        Compilation.in(marked)
                .on(host.resolve("classes"))
                .source(ManifestTest.PLUGIN)
                .source(
                        "acme/Hello.java",
                        "package acme;\n@dev.plugbay.api.Extension // here\nclass Hello implements host.Marked { public Object get() { return 1; } }")
                .compile()
                .failsHere(marked, "Marked.get returns java.lang.Object, which cannot cross");
    }

    @Test
    void the_cloud_extension_points_pass_their_own_rule() {
        var result =
                Compilation.in(folder).source(ManifestTest.PLUGIN).source("""
                        package acme;
                        import dev.plugbay.api.*;
                        import dev.plugbay.cloud.*;
                        @Extension
                        abstract class None implements VmProvider {}
                        """).compile();
        assertThat(result.errors())
                .singleElement()
                .matches(error -> error.text().contains("abstract"));
    }
}
