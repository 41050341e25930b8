package dev.plugbay.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    static final String PLUGIN = """
            package acme;
            import dev.plugbay.api.*;
            @PluginInfo(id = "acme")
            public final class Acme implements Plugin {}
            """;
    static final String POWER = """
            package acme;
            import dev.plugbay.api.*;
            import dev.plugbay.cloud.VmPower;
            @Extension
            final class Power implements VmPower {
                Power(PluginContext context, Acme plugin) {}
                public void start(String id) {}
                public void stop(String id, StopMode mode) {}
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void the_smallest_plugin_has_the_smallest_manifest() {
        var result = Compilation.in(folder).source(PLUGIN).compile().succeeds();
        assertThat(result.manifestText()).isEqualTo("""
                {
                  "manifestVersion" : 1,
                  "id" : "acme",
                  "version" : "1.2.3",
                  "requires" : {
                    "java" : ">=25",
                    "apis" : {
                      "plugbay-api" : "^1.0"
                    }
                  },
                  "runtime" : {
                    "kind" : "java",
                    "main" : "acme.Acme"
                  },
                  "reload" : "overlap",
                  "reloadOnConfigChange" : false,
                  "x-generated-by" : "plugbay-processor"
                }
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "'@Override public Optional<SavedState> saveState(PluginContext context) { return Optional.empty(); }',,handover",
        "'@Override public void acquire(PluginContext context) {}',,handover",
        "'@Override public void acquire(PluginContext context) {}',', reload = ReloadMode.OVERLAP',overlap",
        "'@Override public void restoreState(PluginContext context, SavedState state) {}',,overlap",
        "'void saveState() {} void acquire(String what) {}',,overlap",
        "'',', reload = ReloadMode.HANDOVER',handover"
    })
    void a_plugin_that_saves_or_acquires_is_reloaded_by_handover_unless_it_says_otherwise(
            String body, String said, String expected) {
        var result = Compilation.in(folder)
                .source("""
                        package acme;
                        import dev.plugbay.api.*;
                        import java.util.Optional;
                        @PluginInfo(id = "acme" SAID)
                        public final class Acme implements Plugin { BODY }
                        """.replace("SAID", said == null ? "" : said).replace("BODY", body))
                .compile()
                .succeeds();
        assertThat(result.manifest()).containsEntry("reload", expected);
    }

    @Test
    void what_a_plugin_inherits_from_a_class_of_its_own_counts_as_its_own() {
        var result = Compilation.in(folder).source("""
                        package acme;
                        import dev.plugbay.api.*;
                        abstract class Base implements Plugin {
                            @Override public void acquire(PluginContext context) {}
                        }
                        """).source("""
                        package acme;
                        import dev.plugbay.api.*;
                        @PluginInfo(id = "acme")
                        public final class Acme extends Base {}
                        """).compile().succeeds();
        assertThat(result.manifest()).containsEntry("reload", "handover");
    }

    @Test
    void everything_the_annotations_say_is_in_the_manifest() {
        var result = Compilation.in(folder).source("""
                        package acme;
                        import dev.plugbay.api.*;
                        @PluginInfo(id = "acme.cloud-x", name = "Acme", version = "2.0.0-rc.1+7", description = "d", author = "a", license = "MIT", homepage = "https://h",
                            capabilities = {"vm.export@1.0", "vm.power@2"}, reload = ReloadMode.NONE, reloadOnConfigChange = true, healthInterval = "30s", config = Config.class)
                        @Permissions(host = {"storage", "config:write"}, network = "${config.uri}", read = "/a", write = "/b", environment = "HOME", processes = true)
                        @Requires(java = ">=25 <27", apis = "plugbay-cloud@~1.0", plugins = "tools@>=1.2 <2", os = "linux", arch = {"x86_64", "aarch64"})
                        public final class Acme implements Plugin { private Acme(PluginContext context) {} }
                        record Config(String uri) {}
                        """).source(POWER).compile().succeeds();
        Map<String, Object> manifest = result.manifest();
        assertThat(manifest)
                .containsEntry("id", "acme.cloud-x")
                .containsEntry("name", "Acme")
                .containsEntry("version", "2.0.0-rc.1+7")
                .containsEntry("description", "d")
                .containsEntry("author", "a")
                .containsEntry("license", "MIT")
                .containsEntry("homepage", "https://h")
                .containsEntry("reload", "none")
                .containsEntry("reloadOnConfigChange", true)
                .containsEntry("healthInterval", "30s")
                .containsEntry(
                        "requires",
                        Map.of(
                                "java", ">=25 <27",
                                "platform", Map.of("os", List.of("linux"), "arch", List.of("x86_64", "aarch64")),
                                "apis", Map.of("plugbay-api", "^1.0", "plugbay-cloud", "~1.0"),
                                "plugins", Map.of("tools", ">=1.2 <2")))
                .containsEntry(
                        "permissions",
                        Map.of(
                                "network", List.of("${config.uri}"),
                                "filesystem", Map.of("read", List.of("/a"), "write", List.of("/b")),
                                "environment", List.of("HOME"),
                                "processes", true,
                                "host", List.of("storage", "config:write")))
                .containsEntry(
                        "capabilities",
                        List.of(Map.of("id", "vm.export", "version", "1.0"), Map.of("id", "vm.power", "version", "2")));
    }

    @Test
    void an_extension_is_listed_for_each_point_with_name_order_and_properties() {
        var result = Compilation.in(folder)
                .source(PLUGIN)
                .source("""
                        package acme;
                        import dev.plugbay.api.*;
                        @Extension(name = "vms", order = -3, properties = {"formats=raw", "formats=qcow2", "speed=a=b"})
                        record Both(Acme plugin) implements dev.plugbay.cloud.VmPower, Greeter {
                            public void start(String id) {}
                            public void stop(String id, StopMode mode) {}
                            public String greet() { return ""; }
                        }
                        """)
                .source(
                        "package acme; import dev.plugbay.api.*;\n@ExtensionPoint\npublic interface Greeter { String greet(); }")
                .compile()
                .succeeds();
        Map<String, Object> properties = Map.of("formats", List.of("raw", "qcow2"), "speed", "a=b");
        assertThat(result.at("/extensions"))
                .isEqualTo(List.of(
                        Map.of(
                                "point",
                                "acme.Greeter",
                                "class",
                                "acme.Both",
                                "name",
                                "vms",
                                "order",
                                -3,
                                "properties",
                                properties),
                        Map.of(
                                "point",
                                "dev.plugbay.cloud.VmPower",
                                "class",
                                "acme.Both",
                                "name",
                                "vms",
                                "order",
                                -3,
                                "properties",
                                properties)));
        assertThat(result.at("/requires/apis")).isEqualTo(Map.of("plugbay-api", "^1.0", "plugbay-cloud", "^1.0"));
    }
}
