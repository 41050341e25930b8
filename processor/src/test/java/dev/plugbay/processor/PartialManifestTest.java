package dev.plugbay.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Manifests that are partly written by hand, and what they require. */
class PartialManifestTest {
    private static final String MANIFEST = "META-INF/plugbay/manifest.json";

    @TempDir
    private Path folder;

    @Test
    void a_partial_manifest_is_merged_in_again_and_again() {
        String part = """
                {"name": "By hand", "requires": {"java": ">=25 <30", "apis": {"other": "^2.0"}}, "reload": "none", "runtime": {"classpath": ["lib/*.jar"]},
                 "permissions": {"host": ["storage"]}, "limits": {"memory": "1GiB"}, "x-team": "red",
                 "extensions": [{"point": "host.Point", "class": "lib.Done"}, {"point": "acme.Greeter", "class": "acme.Hello", "name": "hello", "order": 7}]}
                """;
        var first = Greeters.in(folder).resource(MANIFEST, part).compile().succeeds();
        assertThat(first.manifest())
                .containsEntry("id", "acme")
                .containsEntry("name", "By hand")
                .containsEntry("version", "1.2.3")
                .containsEntry("reload", "none")
                .containsEntry("limits", Map.of("memory", "1GiB"))
                .containsEntry("x-team", "red")
                .containsEntry(
                        "runtime", Map.of("kind", "java", "main", "acme.Acme", "classpath", List.of("lib/*.jar")))
                .containsEntry(
                        "requires", Map.of("java", ">=25 <30", "apis", Map.of("plugbay-api", "^1.0", "other", "^2.0")));
        assertThat(Greeters.classes(first)).isEqualTo(List.of("lib.Done", "acme.Hello", "acme.Ciao"));
        assertThat(first.at("/extensions/1/order")).isEqualTo(7);
        assertThat(Greeters.in(folder).compile().succeeds().manifestText()).isEqualTo(first.manifestText());
        assertThat(Greeters.in(folder)
                        .resource(MANIFEST, part)
                        .compile()
                        .succeeds()
                        .manifestText())
                .isEqualTo(first.manifestText());
        var less = Compilation.in(folder)
                .source(Greeters.hello("Ciao", ""))
                .compile()
                .succeeds();
        assertThat(Greeters.classes(less)).isEqualTo(List.of("lib.Done", "acme.Hello"));
    }

    @Test
    void a_partial_manifest_may_be_named_by_an_option() {
        Path part = Compilation.write(
                folder.resolve("part.json"), "{\"version\": \"7.0.0\", \"permissions\": {\"processes\": true}}");
        var result = Compilation.in(folder)
                .without("-Aplugbay.version")
                .option("-Aplugbay.manifest=" + part)
                .source(ManifestTest.PLUGIN)
                .compile()
                .succeeds();
        assertThat(result.manifest())
                .containsEntry("version", "7.0.0")
                .containsEntry("permissions", Map.of("processes", true))
                .doesNotContainKey("x-source");
        Compilation.in(folder)
                .option("-Aplugbay.manifest=" + folder.resolve("absent.json"))
                .source(ManifestTest.PLUGIN)
                .compile()
                .fails("-Aplugbay.manifest names", "absent.json, which cannot be read");
    }

    @Test
    void hand_and_annotation_must_not_contradict_each_other() {
        String plugin =
                "package acme;\nimport dev.plugbay.api.*;\n@PluginInfo(\nid = \"acme\" // here\n) final class Acme implements Plugin {}";
        Compilation.in(folder)
                .resource(MANIFEST, "{\"id\": \"other\"}")
                .source("acme/Acme.java", plugin)
                .compile()
                .failsHere(folder, "says \"other\" for /id", "say \"acme\"", "say it in one place");
        Path second = folder.resolve("second");
        Compilation.in(second)
                .resource(MANIFEST, "{\"version\": \"1.0.0\"}")
                .source(ManifestTest.PLUGIN)
                .compile()
                .fails("for /version", "1.2.3");
        Path same = folder.resolve("same");
        Compilation.in(same)
                .resource(MANIFEST, "{\"id\": \"acme\", \"version\": \"1.2.3\"}")
                .source(ManifestTest.PLUGIN)
                .compile()
                .succeeds();
    }

    @Test
    void a_manifest_by_hand_that_no_host_would_read_is_refused() {
        Compilation.in(folder.resolve("a"))
                .resource(MANIFEST, "{\"permision\": {}}")
                .source(ManifestTest.PLUGIN)
                .compile()
                .fails("/permision, which no manifest has", "did you mean permissions?");
        Compilation.in(folder.resolve("b"))
                .resource(MANIFEST, "{\"id\": \"acme\", \"id\": \"acme\"}")
                .source(ManifestTest.PLUGIN)
                .compile()
                .fails(MANIFEST + " is no manifest", "line 1");
        Compilation.in(folder.resolve("c"))
                .resource(MANIFEST, "[]")
                .source(ManifestTest.PLUGIN)
                .compile()
                .fails("it must be an object");
    }

    @Test
    void an_api_is_required_because_it_is_imported_or_its_point_is_implemented() {
        String imports =
                "package acme;\nimport dev.plugbay.cloud.*;\nclass Other { Object page() { return Page.first(); } }";
        var result = Compilation.in(folder)
                .source(ManifestTest.PLUGIN)
                .source(imports)
                .compile()
                .succeeds();
        assertThat(result.at("/requires/apis")).isEqualTo(Map.of("plugbay-api", "^1.0", "plugbay-cloud", "^1.0"));
        var again = Compilation.in(folder)
                .source(ManifestTest.PLUGIN)
                .source("package acme;\nclass Other {}")
                .compile()
                .succeeds();
        assertThat(again.at("/requires/apis")).isEqualTo(Map.of("plugbay-api", "^1.0"));
    }

    @Test
    void the_hosts_own_api_jar_is_required_by_its_name() {
        Path host = folder.resolve("host");
        Compilation.in(host)
                .resource(
                        "META-INF/plugbay/api.json",
                        "{\"name\": \"shop-api\", \"version\": \"2.3.4\", \"packages\": [\"shop\"]}")
                .source(
                        "package shop;\n@dev.plugbay.api.ExtensionPoint\npublic interface Discount { double of(double price); }")
                .compile()
                .succeeds();
        var result = Compilation.in(folder.resolve("plugin"))
                .on(host.resolve("classes"))
                .source(ManifestTest.PLUGIN)
                .source(
                        "package acme;\n@dev.plugbay.api.Extension\nclass Half implements shop.Discount { public double of(double price) { return price / 2; } }")
                .compile()
                .succeeds();
        assertThat(result.at("/requires/apis")).isEqualTo(Map.of("plugbay-api", "^1.0", "shop-api", "^2.3"));
    }
}
