package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.ReloadMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestReaderTest {
    private static final String FULL = """
            { "$schema": "https://example.com/x.json", "x-mine": {"a": 1},
              "manifestVersion": 1, "id": "libvirt", "name": "libvirt / QEMU", "version": "1.0.0",
              "description": "d", "author": "a", "license": "Apache-2.0", "homepage": "https://example.com",
              "requires": {"java": ">=25", "platform": {"os": ["linux"], "arch": ["x86_64", "aarch64"]},
                           "apis": {"plugbay-api": "^1.0", "plugbay-cloud": "^1.0"}, "plugins": {"qemu-tools": ">=1.2 <2"}},
              "runtime": {"kind": "java", "main": "acme.LibvirtPlugin", "classpath": ["lib/*.jar"]},
              "extensions": [{"point": "acme.Point", "class": "acme.Impl$Inner", "name": "vms", "order": 3, "properties": {"formats": ["raw"]}}],
              "capabilities": [{"id": "vm.export", "version": "1.0"}], "exports": {"jar": "lib/qemu-tools-api.jar"},
              "permissions": {"network": ["https://api.example.com"], "filesystem": {"read": ["${config.folder}"], "write": []},
                              "environment": ["HOME"], "processes": true, "host": ["storage", "config:write"]},
              "limits": {"memory": "512MiB", "cpu": "50%"},
              "configSchema": {"type": "object", "properties": {"uri": {"type": "string"}}},
              "reloadOnConfigChange": true, "reload": "none", "healthInterval": "5m" }
            """;

    @Test
    void every_field_is_read() {
        Manifest m = read(FULL);
        assertThat(m.id()).isEqualTo("libvirt");
        assertThat(m.name()).isEqualTo("libvirt / QEMU");
        assertThat(m.version()).isEqualTo(Version.of(1, 0, 0));
        assertThat(m.requires().os()).containsExactly("linux");
        assertThat(m.requires().apis()).containsOnlyKeys("plugbay-api", "plugbay-cloud");
        assertThat(m.requires().plugins().get("qemu-tools")).hasToString(">=1.2 <2");
        assertThat(m.runtime().main()).isEqualTo("acme.LibvirtPlugin");
        assertThat(m.extensions())
                .containsExactly(new Manifest.Extension(
                        "acme.Point", "acme.Impl$Inner", "vms", 3, Map.of("formats", List.of("raw"))));
        assertThat(m.capabilities()).containsExactly(new PluginStatus.Capability("vm.export", "1.0"));
        assertThat(m.exportsJar()).contains("lib/qemu-tools-api.jar");
        assertThat(m.permissions().host()).containsExactly("storage", "config:write");
        assertThat(m.permissions().processes()).isTrue();
        assertThat(m.limits()).containsEntry("cpu", "50%");
        assertThat(m.configSchema()).containsKey("properties");
        assertThat(m.reloadOnConfigChange()).isTrue();
        assertThat(m.reload()).isEqualTo(ReloadMode.NONE);
        assertThat(m.healthInterval()).contains(Duration.ofMinutes(5));
    }

    @Test
    void what_is_absent_has_its_default() {
        Manifest m = read(
                "{\"manifestVersion\":1,\"id\":\"a\",\"version\":\"1.0.0\",\"runtime\":{\"kind\":\"java\",\"main\":\"A\"}}");
        assertThat(m.name()).isEqualTo("a");
        assertThat(m.runtime().classpath()).containsExactly("lib/*.jar");
        assertThat(m.reload()).isEqualTo(ReloadMode.OVERLAP);
        assertThat(m.requires().java()).isEqualTo(VersionRange.any());
        assertThat(m.configSchema()).isEmpty();
        assertThat(m.healthInterval()).isEmpty();
    }

    @Test
    void an_executable_is_read_too() {
        Manifest m = read(
                "{\"manifestVersion\":1,\"id\":\"a\",\"version\":\"1.0.0\",\"runtime\":{\"kind\":\"executable\",\"command\":[\"bin/{os}-{arch}/p\"],\"protocol\":\"go-plugin\"}}");
        assertThat(m.runtime().kind()).isEqualTo(Manifest.Kind.EXECUTABLE);
        assertThat(m.runtime().protocol()).contains("go-plugin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"id\": \"libvirt\"| \"id\": \"../x\"| /id",
                "\"id\": \"libvirt\"| \"id\": \"Libvirt\"| /id",
                "\"id\": \"libvirt\"| \"id\": 7| /id",
                "\"id\": \"libvirt\",| | /id",
                "\"version\": \"1.0.0\",| \"version\": \"1.0/..\",| /version",
                "\"java\": \">=25\"| \"java\": \"young\"| /requires/java",
                "\"plugbay-api\": \"^1.0\"| \"plugbay-api\": 1| /requires/apis/plugbay-api",
                "\"os\": [\"linux\"]| \"os\": [\"linux\", 1]| /requires/platform/os/1",
                "\"os\": [\"linux\"]| \"oss\": [\"linux\"]| /requires/platform/oss",
                "\"kind\": \"java\"| \"kind\": \"perl\"| /runtime/kind",
                "\"lib/*.jar\"| \"../*.jar\"| /runtime/classpath/0",
                "\"main\": \"acme.LibvirtPlugin\"| \"main\": \"acme/Libvirt\"| /runtime/main",
                "\"order\": 3| \"order\": 3.5| /extensions/0/order",
                "\"order\": 3| \"order\": 99999999999| /extensions/0/order",
                "\"class\": \"acme.Impl$Inner\"| \"clas\": \"acme.Impl\"| /extensions/0/class",
                "\"host\": [\"storage\"| \"host\": [\"store\"| /permissions/host/0",
                "\"reload\": \"none\"| \"reload\": \"never\"| /reload",
                "\"healthInterval\": \"5m\"| \"healthInterval\": \"often\"| /healthInterval",
                "\"configSchema\": {| \"configSchema\": [], \"x-a\": {| /configSchema",
                "\"manifestVersion\": 1| \"manifestVersion\": 0| /manifestVersion",
            })
    void a_wrong_field_is_named_by_its_pointer(String good, String bad, String pointer) {
        assertThat(FULL).contains(good);
        PlugbayException e = refused(FULL.replace(good, bad == null ? "" : bad));
        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_MANIFEST);
        assertThat(e.pointer()).as(e.getMessage()).contains(pointer);
    }

    @Test
    void an_unknown_field_is_refused_with_the_nearest_known_one() {
        PlugbayException e = refused(FULL.replace("\"permissions\"", "\"permisions\""));
        assertThat(e).hasMessageContaining("did you mean permissions?");
        assertThat(e.plugin()).contains("libvirt");
    }

    @Test
    void a_later_manifest_version_needs_a_newer_host_whatever_else_it_says() {
        PlugbayException e = refused("{\"manifestVersion\": 2, \"novelty\": true}");
        assertThat(e.code()).isEqualTo(ErrorCode.INCOMPATIBLE_API);
        assertThat(e).hasMessageContaining("needs a newer host");
    }

    @Test
    void duplicate_names_broken_json_and_sizes_above_the_cap_are_refused() {
        assertThat(refused(FULL.replace("\"name\"", "\"id\": \"b\", \"name\""))).hasMessageContaining("stands twice");
        assertThat(refused("{")).hasMessageContaining("line 1");
        assertThat(refused("[]")).hasMessageContaining("not a JSON object");
        assertThat(refused(" ".repeat(ManifestReader.MAX_BYTES + 1))).hasMessageContaining("larger than 1048576");
    }

    private static Manifest read(String json) {
        return ManifestReader.read(json.getBytes(StandardCharsets.UTF_8), "test");
    }

    private static PlugbayException refused(String json) {
        return catchThrowableOfType(PlugbayException.class, () -> read(json));
    }
}
