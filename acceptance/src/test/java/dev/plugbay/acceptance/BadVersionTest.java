package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A bad new version in the drop folder changes nothing, and says why. */
class BadVersionTest {
    private static final String PROVIDER_CLASS = "acme/shop/ShopProvider.class";

    @RegisterExtension
    final Product plugbay = new Product();

    /** What is bad about a version, the code, and a word of the reason. */
    private record Bad(Supplier<byte[]> jar, String code, String reason) {}

    private static Bad bad(byte[] jar, String code, String reason) {
        return new Bad(() -> jar, code, reason);
    }

    @Test
    void the_old_version_serves_on_and_the_reason_is_readable() {
        plugbay.configureForSpeed("hookTimeout: 10s");
        Path jar = plugbay.drop().resolve("shop.jar");
        Shop.version("1.0.0").to(jar);
        try (Rest rest = plugbay.up().rest()) {
            String providers = rest.get("/providers").toString();
            badVersions().forEach((what, bad) -> {
                PluginJar.replace(jar, bad.jar().get());
                JsonNode plugin = awaitProblem(rest, what, bad);
                assertThat(plugin.path("state").asString()).as(what).isEqualTo("RUNNING");
                assertThat(plugin.path("version").asString()).as(what).isEqualTo("1.0.0");
                assertThat(plugin.path("generation").asInt()).as(what).isEqualTo(1);
                assertThat(plugin.path("extensions")).as(what).hasSize(1);
                assertThat(rest.get("/providers").toString()).as(what).isEqualTo(providers);
                assertThat(rest.get("/providers/shop/vms").at("/items/0/name").asString())
                        .as(what)
                        .isEqualTo("1.0.0");

                assertThat(plugbay.cli("plugins", "show", "shop").succeeded().out())
                        .as(what)
                        .contains(bad.reason());
                assertThat(plugbay.cli("plugins").succeeded().out())
                        .as(what)
                        .containsPattern("shop +1\\.0\\.0 +RUNNING +HEALTHY +1 +\\w+");
            });
            assertThat(rest.get("/plugins").path("items"))
                    .extracting(each -> each.path("id").asString())
                    .containsExactlyInAnyOrder("images", "libvirt", "shop");

            Shop.version("2.0.0").to(jar);
            await().untilAsserted(() -> {
                JsonNode shop = rest.plugin("shop");
                assertThat(shop.path("version").asString()).isEqualTo("2.0.0");
                assertThat(shop.path("problem").isMissingNode()).isTrue();
            });
        }
    }

    @Test
    void a_reload_by_hand_to_a_bad_version_is_refused_with_a_problem_document() {
        plugbay.configureForSpeed("hotReload: false");
        Path jar = plugbay.drop().resolve("shop.jar");
        Shop.version("1.0.0").to(jar);
        try (Rest rest = plugbay.up().rest()) {
            PluginJar.replace(jar, throwing().bytes());
            Rest.Answer refused = rest.post("/plugins/shop/reload");
            assertThat(refused.status()).as(refused.body()).isEqualTo(409);
            assertThat(refused.json().path("code").asString()).isEqualTo("ReloadRolledBack");
            assertThat(refused.json().at("/details/cause").asString()).isEqualTo("StartFailed");
            Ran ran = plugbay.cli("plugins", "reload", "shop").exited(5);
            assertThat(ran.err()).contains("no luck", "ReloadRolledBack").doesNotContain("\tat ");
            assertThat(plugbay.cli("plugins", "reload", "shop", "--json")
                            .exited(5)
                            .json()
                            .path("code")
                            .asString())
                    .isEqualTo("ReloadRolledBack");

            PluginJar.replace(jar, "no zip".getBytes(StandardCharsets.UTF_8));
            assertThat(rest.post("/plugins/shop/reload").json().path("code").asString())
                    .isEqualTo("ArtifactCorrupt");
            assertThat(rest.get("/providers/shop/vms").at("/items/0/name").asString())
                    .isEqualTo("1.0.0");
        }
    }

    @Test
    void a_first_version_without_its_required_configuration_waits_and_starts_when_it_comes() {
        plugbay.configureForSpeed();
        PluginJar.compile("1.0.0", """
                        package acme.needy;

                        @dev.plugbay.api.PluginInfo(id = "needy", config = NeedyConfig.class)
                        public final class Needy implements dev.plugbay.api.Plugin {}
                        """, "package acme.needy; public record NeedyConfig(java.nio.file.Path folder) {}")
                .to(plugbay.drop().resolve("needy.jar"));
        plugbay.up();
        JsonNode waiting =
                plugbay.cli("plugins", "show", "needy", "--json").succeeded().json();
        assertThat(waiting.path("state").asString()).isEqualTo("LOADED");
        assertThat(waiting.at("/problem/code").asString()).isEqualTo("InvalidConfig");
        assertThat(waiting.at("/problem/pointer").asString()).isEqualTo("/folder");

        plugbay.cli("config", "set", "needy", "folder=/tmp").succeeded();
        JsonNode running =
                plugbay.cli("plugins", "show", "needy", "--json").succeeded().json();
        assertThat(running.path("state").asString()).isEqualTo("RUNNING");
        assertThat(running.path("problem").isMissingNode()).isTrue();
    }

    private static JsonNode awaitProblem(Rest rest, String what, Bad bad) {
        await(what)
                .untilAsserted(
                        () -> assertThat(rest.plugin("shop").path("problem").toString())
                                .contains("\"" + bad.code() + "\"", bad.reason()));
        return rest.plugin("shop");
    }

    private static PluginJar throwing() {
        return Shop.version("1.1.0", """
                @Override
                public void start(dev.plugbay.api.PluginContext context) {
                    throw new IllegalStateException("no luck");
                }
                """);
    }

    private static Map<String, Bad> badVersions() {
        PluginJar next = Shop.version("1.1.0");
        Map<String, Bad> bad = new LinkedHashMap<>();
        bad.put("start throws", bad(throwing().bytes(), "StartFailed", "no luck"));
        bad.put("is less healthy", bad(Shop.version("1.1.0", """
                        @Override
                        public dev.plugbay.api.Health health() {
                            return dev.plugbay.api.Health.unhealthy("I am ill");
                        }
                        """).bytes(), "ProbeFailed", "I am ill"));
        bad.put("hangs", bad(Shop.version("1.1.0", """
                        @Override
                        public void start(dev.plugbay.api.PluginContext context) throws InterruptedException {
                            new java.util.concurrent.CountDownLatch(1).await();
                        }
                        """).bytes(), "HookTimeout", "start did not return"));
        bad.put("is no zip", bad("no zip".getBytes(StandardCharsets.UTF_8), "ArtifactCorrupt", "neither a jar"));
        bad.put(
                "needs a newer API",
                bad(
                        next.manifest(manifest ->
                                        requires(manifest).putObject("apis").put("plugbay-api", "^2.0"))
                                .bytes(),
                        "IncompatibleApi",
                        "^2.0"));
        bad.put(
                "needs a newer Java",
                bad(
                        next.manifest(manifest -> requires(manifest).put("java", ">=99"))
                                .bytes(),
                        "IncompatibleApi",
                        ">=99"));
        byte[] newer = next.entry(PROVIDER_CLASS);
        newer[7] = 111; // the class file's major version
        bad.put(
                "is compiled for a newer Java",
                bad(next.with(PROVIDER_CLASS, newer).bytes(), "IncompatibleApi", "111"));
        bad.put(
                "names an absent class",
                bad(
                        next.manifest(manifest -> extension(manifest).put("class", "acme.shop.Absent"))
                                .bytes(),
                        "EntrypointNotFound",
                        "acme.shop.Absent"));
        bad.put(
                "names a class of the wrong kind",
                bad(
                        next.manifest(manifest -> extension(manifest).put("class", "acme.shop.ShopPlugin"))
                                .bytes(),
                        "EntrypointNotFound",
                        "acme.shop.ShopPlugin"));
        bad.put(
                "is executable",
                bad(
                        next.manifest(manifest -> manifest.putObject("runtime")
                                        .put("kind", "executable")
                                        .put("protocol", "go-plugin")
                                        .putArray("command")
                                        .add("bin/shop"))
                                .bytes(),
                        "Unsupported",
                        "executable"));
        return bad;
    }

    private static ObjectNode requires(ObjectNode manifest) {
        return (ObjectNode) manifest.get("requires");
    }

    private static ObjectNode extension(ObjectNode manifest) {
        return (ObjectNode) manifest.get("extensions").get(0);
    }
}
