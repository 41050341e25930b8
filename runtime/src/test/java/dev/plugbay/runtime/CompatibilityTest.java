package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Plugin;
import dev.plugbay.cloud.VmProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class CompatibilityTest {
    private static final Compatibility.Host HOST = new Compatibility.Host(Version.of(25, 0, 1), "linux", "x86_64");
    private final ApiCatalog apis = ApiCatalog.of(getClass().getClassLoader(), List.of(CompatibilityTest.class));

    @Test
    void apis_on_the_class_path_the_builders_and_slf4j_are_exported_by_exact_name() {
        assertThat(apis.version("plugbay-api")).contains(Version.of(1, 0, 0));
        assertThat(apis.version("plugbay-cloud")).contains(Version.of(1, 0, 0));
        assertThat(apis.version("dev.plugbay.runtime")).contains(Version.of(0, 0, 0));
        for (Class<?> type : List.of(Plugin.class, VmProvider.class, Logger.class, CompatibilityTest.class)) {
            assertThat(apis.exports(type.getPackageName())).isTrue();
            assertThat(apis.loaderFor(type.getPackageName())).isSameAs(type.getClassLoader());
        }
        assertThat(apis.exports("dev.plugbay")).isFalse();
        assertThat(apis.exports("dev.plugbay.api.inner")).isFalse();
        assertThat(apis.exports("org.assertj.core.api")).isFalse();
    }

    @Test
    void what_fits_passes() {
        check(
                "\"java\":\">=25\",\"platform\":{\"os\":[\"Linux\"],\"arch\":[\"amd64\"]},\"apis\":{\"plugbay-api\":\"^1.0\"},\"plugins\":{\"tools\":\"^1.0\"}");
    }

    @Test
    void what_does_not_fit_is_refused_naming_both_sides() {
        assertThat(refused("\"java\":\">=26\"", ErrorCode.INCOMPATIBLE_API))
                .hasMessage("p 1.0.0 needs Java >=26, this host runs on Java 25.0.1.");
        assertThat(refused("\"platform\":{\"os\":[\"windows\"]}", ErrorCode.INCOMPATIBLE_API))
                .hasMessageContaining("windows")
                .hasMessageContaining("linux");
        assertThat(refused("\"platform\":{\"arch\":[\"arm64\"]}", ErrorCode.INCOMPATIBLE_API))
                .hasMessageContaining("arm64")
                .hasMessageContaining("x86_64");
        assertThat(refused("\"apis\":{\"plugbay-cloud\":\"^2.0\"}", ErrorCode.INCOMPATIBLE_API))
                .hasMessage("p 1.0.0 needs plugbay-cloud ^2.0, this host offers 1.0.0.");
        assertThat(refused("\"apis\":{\"other\":\"^2.0\"}", ErrorCode.INCOMPATIBLE_API))
                .hasMessageContaining("does not offer");
        assertThat(refused("\"plugins\":{\"absent\":\"*\"}", ErrorCode.MISSING_DEPENDENCY))
                .hasMessageContaining("does not run");
        assertThat(refused("\"plugins\":{\"tools\":\"^2.0\"}", ErrorCode.MISSING_DEPENDENCY))
                .hasMessageContaining("1.2.0");
    }

    @Test
    void plugins_start_after_what_they_require_and_circles_are_named() {
        StartOrder order = StartOrder.of(List.of(
                manifest("a", "\"plugins\":{\"c\":\"*\"}"),
                manifest("b", ""),
                manifest("c", "\"plugins\":{\"b\":\"*\",\"absent\":\"*\"}"),
                manifest("x", "\"plugins\":{\"y\":\"*\"}"),
                manifest("y", "\"plugins\":{\"z\":\"*\"}"),
                manifest("z", "\"plugins\":{\"x\":\"*\"}"),
                manifest("self", "\"plugins\":{\"self\":\"*\"}"),
                manifest("w", "\"plugins\":{\"x\":\"*\"}")));
        assertThat(order.ids()).containsExactly("b", "c", "a", "w");
        assertThat(order.refused()).containsOnlyKeys("self", "x", "y", "z");
        assertThat(order.refused().get("x")).hasMessageContaining("x -> y -> z -> x");
        assertThat(order.refused().get("self")).hasMessageContaining("self -> self");
        assertThat(order.refused().values())
                .extracting(PlugbayException::code)
                .containsOnly(ErrorCode.DEPENDENCY_CYCLE);
    }

    @Test
    void this_machine_is_described_in_the_manifests_words() {
        assertThatCode(Compatibility.Host::current).doesNotThrowAnyException();
        assertThat(Compatibility.Host.current().java().major())
                .isEqualTo(Runtime.version().feature());
    }

    private PlugbayException refused(String requires, ErrorCode code) {
        PlugbayException failure = catchThrowableOfType(PlugbayException.class, () -> check(requires));
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.plugin()).contains("p");
        return failure;
    }

    private void check(String requires) {
        Compatibility.check(manifest("p", requires), apis, Map.of("tools", Version.of(1, 2, 0)), HOST);
    }

    private static Manifest manifest(String id, String requires) {
        String json = StoreFixture.manifest(id, "1.0.0")
                .replace("\"runtime\"", "\"requires\":{" + requires + "},\"runtime\"");
        return ManifestReader.read(json.getBytes(StandardCharsets.UTF_8), id);
    }
}
