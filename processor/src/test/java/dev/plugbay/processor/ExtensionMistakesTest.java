package dev.plugbay.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionMistakesTest {
    private static final String HEAD = "package acme;\nimport dev.plugbay.api.*;\n";
    private static final String POINT = HEAD + "@ExtensionPoint\npublic interface Greeter { String greet(); }";
    private static final String BODY = "public String greet() { return \"\"; }";

    @TempDir
    private Path folder;

    private Compilation module(String extension) {
        return Compilation.in(folder)
                .source(ManifestTest.PLUGIN)
                .source(POINT)
                .source("acme/Hello.java", HEAD + extension);
    }

    private void refused(String extension, String... message) {
        module(extension).compile().failsHere(folder, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello(String s) {}",
                "Hello(Acme a, Acme b) {}",
                "Hello(Plugin p) {}",
                "Hello(Acme a, PluginContext c, int i) {}"
            })
    void no_constructor_that_a_host_can_call(String constructor) {
        refused(
                "@Extension class Hello implements Greeter {\n" + constructor + " // here\n" + BODY + "}",
                "Hello has no constructor that a host can call",
                "with Acme, with PluginContext, with both in either order, or without parameters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "private Hello() {}",
                "Hello(Acme a) {}",
                "Hello(PluginContext c) {}",
                "Hello(PluginContext c, Acme a) {}",
                "Hello(Acme a, PluginContext c) {}",
                "Hello(int i) {} protected Hello(Acme a) {}"
            })
    void these_constructors_can_be_called(String constructor) {
        module("@Extension class Hello implements Greeter {" + constructor + BODY + "}")
                .compile()
                .succeeds();
    }

    @Test
    void the_class_is_abstract() {
        refused("@Extension\nabstract class Hello implements Greeter {} // here", "Hello is abstract");
    }

    @Test
    void the_class_is_inner() {
        refused(
                "class Out {\n@Extension\nclass Hello implements Greeter { // here\n" + BODY + "} }",
                "Hello is an inner class",
                "make it static");
    }

    @Test
    void a_nested_static_class_is_listed_by_its_binary_name() {
        var result = module("class Out {\n@Extension\nstatic class Hello implements Greeter {" + BODY + "} }")
                .compile()
                .succeeds();
        assertThat(result.at("/extensions/0/class")).isEqualTo("acme.Out$Hello");
    }

    @Test
    void the_class_is_an_enum() {
        refused("@Extension\nenum Hello implements Greeter { A; // here\n" + BODY + "}", "Hello is no class");
    }

    @Test
    void the_class_implements_no_extension_point() {
        refused(
                "@Extension // here\nclass Hello implements Runnable { public void run() {} }",
                "Hello implements no extension point",
                "@ExtensionPoint");
    }

    @Test
    void a_point_that_a_superclass_implements_is_found() {
        var result = module(
                        "abstract class Base implements Greeter {}\n@Extension class Hello extends Base {" + BODY + "}")
                .compile()
                .succeeds();
        assertThat(result.at("/extensions/0/point")).isEqualTo("acme.Greeter");
    }

    @Test
    void a_point_is_named_that_the_class_does_not_implement() {
        refused(
                "@Extension(point = {Greeter.class,\nRunnable.class // here\n}) class Hello implements Greeter {" + BODY
                        + "}",
                "Hello does not implement Runnable");
    }

    @Test
    void a_point_is_named_twice() {
        refused(
                "@Extension(point = {Greeter.class,\nGreeter.class // here\n}) class Hello implements Greeter {" + BODY
                        + "}",
                "Greeter is named twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hello", "int", "String[]"})
    void a_point_is_named_that_is_no_interface(String type) {
        refused(
                "@Extension(\npoint = " + type + ".class // here\n) class Hello implements Greeter {" + BODY + "}",
                "is no interface");
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "=raw", ""})
    void a_property_without_key(String property) {
        refused(
                "@Extension(properties = {\"a=b\",\n\"" + property + "\" // here\n}) class Hello implements Greeter {"
                        + BODY + "}",
                "\"" + property + "\" is no property; write key=value");
    }

    @Test
    void two_extensions_of_a_point_with_one_name() {
        refused(
                "@Extension(name = \"x\") class Hello implements Greeter {" + BODY
                        + "}\n@Extension(\nname = \"x\") // here\nclass Ciao implements Greeter {" + BODY + "}",
                "acme.Hello is an extension of Greeter too, with the same name \"x\"",
                "@Extension(name = ...)");
    }

    @Test
    void an_extension_without_a_plugin() {
        Compilation.in(folder)
                .source(POINT)
                .source("acme/Hello.java", HEAD + "@Extension // here\nclass Hello implements Greeter {" + BODY + "}")
                .compile()
                .failsHere(folder, "@Extension in a module without a plugin", "@PluginInfo");
    }

    @Test
    void an_interface_that_is_missing_is_left_to_the_compiler() {
        var result = module("@Extension\nclass Hello implements Missing {}").compile();
        assertThat(result.errors()).hasSize(1).allMatch(error -> error.text().contains("cannot find symbol"));
    }
}
