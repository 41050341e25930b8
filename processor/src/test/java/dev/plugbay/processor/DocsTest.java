package dev.plugbay.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guides say what is so: their code compiles, and the reference names what there is. */
class DocsTest {
    private static final List<Path> GUIDES =
            List.of(Path.of("../docs/write-a-plugin.md"), Path.of("../docs/write-a-provider.md"));
    private static final Path REFERENCE = Path.of("../docs/manifest.md");
    private static final Pattern FILE = Pattern.compile("(?m)^`([\\w./-]+)`\\n\\n```(?:java|xml)\\n([\\s\\S]*?)^```$");

    @TempDir
    private Path folder;

    private static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        for (Path guide : GUIDES) {
            Matcher file = FILE.matcher(Compilation.read(guide));
            while (file.find()) {
                assertThat(files.put(file.group(1), file.group(2)))
                        .as(file.group(1))
                        .isNull();
            }
        }
        return files;
    }

    private static Compilation compilation(Path folder, String sources) {
        Compilation compilation = Compilation.in(folder).option("-Xlint:all").option("-Werror");
        files().forEach((path, text) -> {
            if (path.startsWith(sources)) {
                compilation.source(path.substring(sources.length()), text);
            }
        });
        return compilation;
    }

    @Test
    void the_greeter_of_the_guide_compiles() {
        Path host = folder.resolve("host");
        Compilation.in(host)
                .withoutProcessor()
                .source("package com.example.greeting;\npublic interface Greeter { String greet(String name); }")
                .compile()
                .succeeds();
        var result = compilation(folder, "src/main/java/")
                .on(host.resolve("classes"))
                .compile()
                .succeeds();
        assertThat(result.manifest()).containsEntry("id", "polite");
        assertThat(result.at("/extensions"))
                .isEqualTo(List.of(
                        Map.of("point", "com.example.greeting.Greeter", "class", "com.example.polite.PoliteGreeter")));
        assertThat(ManifestSchema.faults(result.manifestText())).isEmpty();
    }

    @Test
    void the_counting_greeter_of_the_guide_compiles_and_hands_over() {
        Path host = folder.resolve("host");
        Compilation.in(host)
                .withoutProcessor()
                .source("package com.example.greeting;\npublic interface Greeter { String greet(String name); }")
                .compile()
                .succeeds();
        String config = "com/example/polite/PoliteConfig.java";
        var result = compilation(folder, "counting/src/main/java/")
                .source(config, java.util.Objects.requireNonNull(files().get("src/main/java/" + config)))
                .on(host.resolve("classes"))
                .compile()
                .succeeds();
        assertThat(result.manifest()).containsEntry("id", "polite").containsEntry("reload", "handover");
    }

    @Test
    void the_provider_of_the_guide_compiles() {
        var result = compilation(folder, "shelf/src/main/java/").compile().succeeds();
        assertThat(result.manifest()).containsEntry("id", "shelf");
        assertThat(result.at("/extensions/0/point")).isEqualTo("dev.plugbay.cloud.VmProvider");
        assertThat(result.at("/configSchema/required")).isEqualTo(List.of("folder"));
        assertThat(ManifestSchema.faults(result.manifestText())).isEmpty();
    }

    @Test
    void the_projects_of_the_guide_are_complete() {
        assertThat(files().keySet().stream().filter(path -> path.endsWith("pom.xml")))
                .containsExactly("pom.xml", "shelf/pom.xml");
        assertThat(files().get("pom.xml"))
                .contains("plugbay-processor", "-Aplugbay.version=${project.version}", "<scope>provided</scope>");
    }

    @Test
    void the_largest_manifest_fits_the_published_schema() {
        String text = Compilation.in(folder)
                .source("""
                        package acme;
                        import dev.plugbay.api.*;
                        import java.util.*;
                        @PluginInfo(id = "acme.cloud-x", name = "Acme", version = "2.0.0-rc.1+7", description = "d", author = "a", license = "MIT", homepage = "https://h",
                            capabilities = "vm.export@1.0", reload = ReloadMode.HANDOVER, reloadOnConfigChange = true, healthInterval = "1m30s", config = Config.class)
                        @Permissions(host = {"storage", "config:write"}, network = "${config.uri}", read = "/a", write = "/b", environment = "HOME", processes = true)
                        @Requires(plugins = "tools@>=1.2 <2", os = "linux", arch = "x86_64")
                        public final class Acme implements Plugin {}
                        record Config(@ConfigValue(secret = true, pattern = "a+", min = 1, max = 9, defaultValue = "aa") String uri, Map<String, List<Integer>> many, Optional<java.time.Duration> time) {}
                        """)
                .source(ManifestTest.POWER)
                .resource(
                        "META-INF/plugbay/manifest.json",
                        "{\"limits\": {\"memory\": \"1GiB\"}, \"exports\": {\"jar\": \"lib/a.jar\"}}")
                .compile()
                .succeeds()
                .manifestText();
        assertThat(ManifestSchema.faults(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'manifestVersion':2,'id':'a','version':'1.0.0','runtime':{'kind':'java','main':'A'}}",
                "{'manifestVersion':1,'id':'A','version':'1.0.0','runtime':{'kind':'java','main':'A'}}",
                "{'manifestVersion':1,'id':'a','version':'1.0','runtime':{'kind':'java','main':'A'}}",
                "{'manifestVersion':1,'id':'a','version':'1.0.0','runtime':{'kind':'java'}}",
                "{'manifestVersion':1,'id':'a','version':'1.0.0','runtime':{'kind':'java','main':'A'},'more':1}",
                "{'manifestVersion':1,'id':'a','version':'1.0.0','runtime':{'kind':'java','main':'A'},'permissions':{'host':['disk']}}",
                "{'manifestVersion':1,'id':'a','version':'1.0.0','runtime':{'kind':'java','main':'A'},'healthInterval':'soon'}"
            })
    void the_published_schema_refuses_what_hosts_refuse(String manifest) {
        assertThat(ManifestSchema.faults(manifest.replace('\'', '"'))).isNotEmpty();
    }

    @Test
    void the_reference_names_each_field_that_there_is() {
        String reference = Compilation.read(REFERENCE);
        Map<String, Object> schema = Json.readObject(Compilation.read(ManifestSchema.FILE));
        Stream<String> fields =
                ManifestFile.map(schema.get("properties")).keySet().stream().filter(name -> !name.startsWith("$"));
        assertThat(fields)
                .allSatisfy(field -> assertThat(reference).containsPattern("`" + Pattern.quote(field) + "(`|\\.|\\[)"));
    }
}
