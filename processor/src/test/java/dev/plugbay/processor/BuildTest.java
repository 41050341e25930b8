package dev.plugbay.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compilations one after the other, and other people's builds. */
class BuildTest {
    @TempDir
    private Path folder;

    @Test
    void compiling_again_gives_the_same_bytes() {
        String first = Greeters.in(folder).compile().succeeds().manifestText();
        assertThat(Greeters.in(folder).compile().succeeds().manifestText()).isEqualTo(first);
    }

    @Test
    void compiling_one_extension_alone_keeps_the_others() {
        String first = Greeters.in(folder).compile().succeeds().manifestText();
        assertThat(Compilation.in(folder)
                        .source(Greeters.extension("Ciao"))
                        .compile()
                        .succeeds()
                        .manifestText())
                .isEqualTo(first);
        assertThat(Compilation.in(folder)
                        .source(ManifestTest.PLUGIN)
                        .compile()
                        .succeeds()
                        .manifestText())
                .isEqualTo(first);
        assertThat(Compilation.in(folder)
                        .source("package acme;\nclass Other {}")
                        .compile()
                        .succeeds()
                        .manifestText())
                .isEqualTo(first);
    }

    @Test
    void compiling_one_extension_alone_takes_over_what_it_says_now() {
        Greeters.in(folder).compile().succeeds();
        var result = Compilation.in(folder)
                .source(Greeters.hello("Ciao", "@dev.plugbay.api.Extension(name = \"salve\")"))
                .source(Greeters.extension("Hola"))
                .compile()
                .succeeds();
        assertThat(result.at("/extensions"))
                .asString()
                .contains("salve", "acme.Hello", "acme.Hola")
                .doesNotContain("name=ciao");
    }

    @Test
    void an_extension_whose_class_file_is_gone_drops_out() throws IOException {
        Path output = Greeters.in(folder).compile().succeeds().output();
        Files.delete(output.resolve("acme/Hello.class"));
        var result = Compilation.in(folder)
                .source(Greeters.extension("Ciao"))
                .compile()
                .succeeds();
        assertThat(Greeters.classes(result)).isEqualTo(List.of("acme.Ciao"));
    }

    @Test
    void an_extension_that_lost_its_annotation_drops_out_even_when_nothing_else_is_compiled() {
        Greeters.in(folder).compile().succeeds();
        var result = Compilation.in(folder)
                .source(Greeters.hello("Hello", ""))
                .compile()
                .succeeds();
        assertThat(Greeters.classes(result)).isEqualTo(List.of("acme.Ciao"));
    }

    @Test
    void a_class_that_lost_its_annotation_in_its_class_file_drops_out() {
        Greeters.in(folder).compile().succeeds();
        Compilation.in(folder)
                .withoutProcessor()
                .source(Greeters.hello("Hello", ""))
                .compile()
                .succeeds();
        var result = Compilation.in(folder)
                .source(Greeters.extension("Ciao"))
                .compile()
                .succeeds();
        assertThat(Greeters.classes(result)).isEqualTo(List.of("acme.Ciao"));
    }

    @Test
    void a_plugin_that_lost_its_annotation_leaves_no_manifest() {
        Compilation.in(folder).source(ManifestTest.PLUGIN).compile().succeeds();
        var result = Compilation.in(folder)
                .source("package acme;\npublic final class Acme implements dev.plugbay.api.Plugin {}")
                .compile()
                .succeeds();
        assertThat(result.hasManifest()).isFalse();
    }

    @Test
    void a_duplicate_is_found_against_a_class_that_is_not_compiled_now() {
        Greeters.in(folder).compile().succeeds();
        Compilation.in(folder)
                .source(
                        "acme/Hola.java",
                        "package acme;\n@dev.plugbay.api.Extension(name = \"hello\") // here\nfinal class Hola implements Greeter { public String greet() { return \"\"; } }")
                .compile()
                .failsHere(folder, "acme.Hello is an extension of Greeter too");
    }

    @Test
    void a_config_record_that_is_compiled_alone_brings_its_schema_up_to_date() {
        String plugin =
                "package acme;\nimport dev.plugbay.api.*;\n@PluginInfo(id = \"acme\", config = Config.class)\nfinal class Acme implements Plugin {}";
        String config =
                "package acme;\nrecord Config(@dev.plugbay.api.ConfigValue(defaultValue = \"%s\") String uri) {}";
        var first = Compilation.in(folder)
                .source(plugin)
                .source(config.formatted("a"))
                .compile()
                .succeeds();
        assertThat(first.at("/configSchema/properties/uri/default")).isEqualTo("a");
        var second =
                Compilation.in(folder).source(config.formatted("b")).compile().succeeds();
        assertThat(second.at("/configSchema/properties/uri/default")).isEqualTo("b");
        var third = Compilation.in(folder).source(plugin).compile().succeeds();
        assertThat(third.manifestText()).isEqualTo(second.manifestText());
    }

    @Test
    void a_mistake_writes_nothing() {
        var result = Compilation.in(folder)
                .source(ManifestTest.PLUGIN)
                .source("package acme;\n@dev.plugbay.api.Extension\nclass Hello {}")
                .compile();
        result.fails("implements no extension point");
        assertThat(result.hasManifest()).isFalse();
    }

    @Test
    void a_module_without_a_plugin_has_no_manifest() {
        assertThat(Compilation.in(folder)
                        .source(Greeters.POINT)
                        .compile()
                        .succeeds()
                        .hasManifest())
                .isFalse();
    }

    @Test
    void a_build_that_takes_every_warning_for_an_error_passes() {
        Greeters.in(folder).option("-Werror").option("-Xlint:all").compile().succeeds();
        // The control: with nobody to answer for the annotations javac warns.
        var alone = Compilation.in(folder.resolve("control"))
                .source(ManifestTest.PLUGIN)
                .option("-Xlint:all")
                .without("-Aplugbay");
        assertThat(alone.only(new AbstractProcessor() {
                            @Override
                            public Set<String> getSupportedAnnotationTypes() {
                                return Set.of("*");
                            }

                            @Override
                            public SourceVersion getSupportedSourceVersion() {
                                return SourceVersion.latest();
                            }

                            @Override
                            public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
                                return false;
                            }
                        })
                        .compile()
                        .complaints())
                .anyMatch(one -> one.text().contains("No processor claimed any of these annotations"));
    }

    @Test
    void other_processors_see_all_annotations_and_what_they_generate_is_found() {
        Set<String> heard = new TreeSet<>();
        var other = new AbstractProcessor() {
            @Override
            public Set<String> getSupportedAnnotationTypes() {
                return Set.of("*");
            }

            @Override
            public SourceVersion getSupportedSourceVersion() {
                return SourceVersion.latest();
            }

            @Override
            public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
                annotations.forEach(one -> heard.add(one.toString()));
                if (heard.contains("dev.plugbay.api.PluginInfo") && heard.add("generated")) {
                    try (var writer = processingEnv
                            .getFiler()
                            .createSourceFile("acme.Made")
                            .openWriter()) {
                        writer.write(Greeters.extension("Made"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
                return false;
            }
        };
        var result = Compilation.in(folder)
                .with(other)
                .source(ManifestTest.PLUGIN)
                .source(Greeters.POINT)
                .compile()
                .succeeds();
        assertThat(heard).contains("dev.plugbay.api.PluginInfo");
        assertThat(Greeters.classes(result)).isEqualTo(List.of("acme.Made"));
    }
}
