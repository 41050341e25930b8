package dev.plugbay.processor;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PluginMistakesTest {
    private static final String HEAD = "package acme;\nimport dev.plugbay.api.*;\n";

    @TempDir
    private Path folder;

    private void refused(String source, String... message) {
        Compilation.in(folder).source("acme/Acme.java", HEAD + source).compile().failsHere(folder, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Acme",
                "1a",
                "a_b",
                "a..b",
                "a-",
                "",
                "a/../b",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void a_bad_id(String id) {
        refused(
                "@PluginInfo(\nid = \"" + id + "\" // here\n) final class Acme implements Plugin {}",
                "\"" + id + "\" is no id",
                "acme-cloud");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.0-SNAPSHOT", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.0-"})
    void a_bad_version(String version) {
        refused(
                "@PluginInfo(id = \"acme\",\nversion = \"" + version
                        + "\" // here\n) final class Acme implements Plugin {}",
                "\"" + version + "\" is no semantic version",
                "1.2.0");
    }

    @Test
    void a_bad_version_from_the_build() {
        Compilation.in(folder)
                .option("-Aplugbay.version=1.0-SNAPSHOT")
                .source(
                        "acme/Acme.java",
                        HEAD + "@PluginInfo(id = \"acme\") // here\nfinal class Acme implements Plugin {}")
                .compile()
                .failsHere(folder, "\"1.0-SNAPSHOT\" (from -Aplugbay.version) is no semantic version");
    }

    @Test
    void no_version_at_all() {
        Compilation.in(folder)
                .without("-Aplugbay.version")
                .source(
                        "acme/Acme.java",
                        HEAD + "@PluginInfo(id = \"acme\") // here\nfinal class Acme implements Plugin {}")
                .compile()
                .failsHere(folder, "the plugin has no version; compile with -Aplugbay.version=1.2.3");
    }

    @Test
    void two_plugins_in_a_module() {
        var result = Compilation.in(folder)
                .source("acme/A.java", HEAD + "@PluginInfo(id = \"a\")\nfinal class A implements Plugin {}")
                .source("acme/B.java", HEAD + "\n@PluginInfo(id = \"b\")\nfinal class B implements Plugin {}")
                .compile();
        org.assertj.core.api.Assertions.assertThat(result.errors())
                .extracting(error -> error.file() + ":" + error.line())
                .containsExactly("acme/A.java:3", "acme/B.java:4");
        org.assertj.core.api.Assertions.assertThat(result.errors())
                .allMatch(error -> error.text()
                        .contains("a module makes one plugin, but @PluginInfo stands on acme.A and acme.B"));
    }

    @Test
    void a_main_class_that_is_no_plugin() {
        refused(
                "@PluginInfo(id = \"acme\") // here\nfinal class Acme {}",
                "Acme is marked @PluginInfo but is no Plugin",
                "implement dev.plugbay.api.Plugin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Acme(String a) {}", "Acme(PluginContext a, PluginContext b) {}", "Acme(Plugin a) {}"})
    void a_main_class_that_cannot_be_constructed(String constructor) {
        refused(
                "@PluginInfo(id = \"acme\") final class Acme implements Plugin {\n" + constructor + " // here\n}",
                "Acme has no constructor that a host can call; give it one without parameters or with PluginContext");
    }

    @Test
    void a_main_class_that_is_abstract() {
        refused("@PluginInfo(id = \"acme\")\nabstract class Acme implements Plugin {} // here", "Acme is abstract");
    }

    @Test
    void a_main_class_that_is_inner() {
        refused(
                "final class Acme {\n@PluginInfo(id = \"acme\")\nclass In implements Plugin {} // here\n}",
                "In is an inner class",
                "make it static");
    }

    @Test
    void a_main_class_that_is_an_interface() {
        refused("@PluginInfo(id = \"acme\")\ninterface Acme extends Plugin {} // here", "Acme is no class");
    }

    @ParameterizedTest
    @CsvSource({
        "host = \"storag\",no host has a service \"storag\"; did you mean storage?",
        "host = \"disk\",no host has a service \"disk\" (there are storage",
        "network = \"\",an empty permission",
        "read = \"${config.foldr}\",the configuration has no \"foldr\"; did you mean folder?"
    })
    void a_bad_permission(String permission, String message) {
        refused(
                "@PluginInfo(id = \"acme\", config = Config.class)\n@Permissions(" + permission
                        + ") // here\nfinal class Acme implements Plugin {}\nrecord Config(String folder) {}",
                message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java = \"latest\"|is no range of versions",
                "java = \">= \"|is no range of versions",
                "apis = \"plugbay-cloud\"|is no requirement",
                "apis = \"plugbay-cloud@1.0.0.0\"|is no requirement",
                "plugins = \"Tools@1\"|is no requirement",
                "plugins = {\"a@1\" , \"a@2\"}|a is required twice",
                "os = \"Mac OS\"|is no name of a platform",
                "arch = \"\"|is no name of a platform"
            })
    void a_bad_requirement(String requirement, String message) {
        refused(
                "@PluginInfo(id = \"acme\")\n@Requires(" + requirement
                        + ") // here\nfinal class Acme implements Plugin {}",
                message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vm.export", "vm.export@", "vm.export@a", "VM@1", "@1"})
    void a_bad_capability(String capability) {
        refused(
                "@PluginInfo(id = \"acme\", capabilities = {\"a@1\",\n\"" + capability
                        + "\" // here\n}) final class Acme implements Plugin {}",
                "\"" + capability + "\" is no capability; write id@version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "30", "-5s", "0s", "PT", "P"})
    void a_bad_interval(String interval) {
        refused(
                "@PluginInfo(id = \"acme\",\nhealthInterval = \"" + interval
                        + "\" // here\n) final class Acme implements Plugin {}",
                "\"" + interval + "\" is no interval; write 30s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Permissions(host = \"storage\")", "Requires(os = \"linux\")"})
    void an_annotation_that_belongs_beside_plugin_info(String annotation) {
        refused("@" + annotation + " // here\nfinal class Acme {}", "stands beside @PluginInfo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReadOnly", "LongRunning"})
    void an_annotation_that_belongs_to_an_interface(String annotation) {
        refused(
                "final class Acme {\n@" + annotation + " // here\nvoid go() {} }",
                "@" + annotation,
                "move it to the interface");
    }
}
