package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What lies in the drop folder or is uploaded: which of it wins, which of it is refused. */
class ArchivesTest {
    @RegisterExtension
    final Product plugbay = new Product();

    /** Bytes that are refused, with the code. */
    private record Hostile(Supplier<byte[]> content, String code) {
        byte[] bytes() {
            return content.get();
        }
    }

    private static Hostile hostile(byte[] bytes, String code) {
        return new Hostile(() -> bytes, code);
    }

    @Test
    void a_higher_version_beside_a_lower_one_is_an_upgrade_and_both_are_listed() {
        plugbay.configureForSpeed();
        Shop.version("1.0.0").to(plugbay.drop().resolve("shop-1.0.0.jar"));
        try (Rest rest = plugbay.up().rest()) {
            Shop.version("1.1.0").to(plugbay.drop().resolve("shop-1.1.0.jar"));
            await().atMost(Duration.ofSeconds(30)).until(() -> version(rest).equals("1.1.0"));
            assertThat(plugbay.cli("plugins", "show", "shop").succeeded().out())
                    .contains("shop-1.0.0.jar", "LOST", "shop-1.1.0.jar", "WON");
        }
    }

    @Test
    void two_files_of_one_version_with_other_bytes_are_a_conflict_that_names_both() {
        plugbay.configureForSpeed();
        PluginJar shop = Shop.version("1.0.0");
        shop.to(plugbay.drop().resolve("shop.jar"));
        try (Rest rest = plugbay.up().rest()) {
            shop.with("other.txt", new byte[] {1}).to(plugbay.drop().resolve("copy.jar"));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(
                                    rest.plugin("shop").at("/problem/code").asString(""))
                            .isEqualTo("Conflict"));
            assertThat(plugbay.cli("plugins", "show", "shop").succeeded().out())
                    .contains("Conflict", "shop.jar", "copy.jar", "RUNNING");
            assertThat(rest.plugin("shop").path("generation").asInt()).isEqualTo(1);
            assertThat(rest.get("/providers/shop/vms").path("items")).hasSize(1);
        }
    }

    @Test
    void hostile_archives_are_refused_by_upload_and_by_drop_and_leave_the_home_as_it_was() throws Exception {
        plugbay.configureForSpeed();
        Shop.version("1.0.0").to(plugbay.drop().resolve("shop.jar"));
        Path uploads = plugbay.folder("uploads");
        Daemon daemon = plugbay.up();
        try (Rest rest = daemon.rest()) {
            Map<String, String> before = HomeListing.of(plugbay.home());
            for (Map.Entry<String, Hostile> entry : hostile().entrySet()) {
                String what = entry.getKey();
                Hostile hostile = entry.getValue();
                Path upload = Files.write(uploads.resolve("evil.zip"), hostile.bytes());
                Ran ran = plugbay.cli("plugins", "install", upload.toString(), "--json")
                        .exited(5);
                assertThat(ran.json().path("code").asString())
                        .as(what + "\n" + ran)
                        .isEqualTo(hostile.code());
                assertThat(HomeListing.of(plugbay.home())).as(what).isEqualTo(before);

                Path dropped = PluginJar.replace(plugbay.drop().resolve("evil.zip"), hostile.bytes());
                refused(rest, what, dropped, hostile.code());
                assertThat(HomeListing.of(plugbay.home())).as(what).isEqualTo(before);
                Files.delete(dropped);
            }
            assertThat(plugbay.cli(
                                    "plugins",
                                    "validate",
                                    uploads.resolve("evil.zip").toString())
                            .exit())
                    .isEqualTo(5);
            assertThat(rest.get("/plugins").path("items"))
                    .extracting(each -> each.path("id").asString())
                    .containsExactlyInAnyOrder("images", "libvirt", "shop");
            assertThat(rest.get("/providers/shop/vms").path("items")).hasSize(1);
        }
    }

    @Test
    void a_folder_whose_manifest_is_no_plain_file_is_refused_and_never_waited_for() throws Exception {
        plugbay.configureForSpeed();
        Daemon daemon = plugbay.up();
        try (Rest rest = daemon.rest()) {
            Map<String, String> before = HomeListing.of(plugbay.home());
            Path pipe = Files.createDirectory(plugbay.work().resolve("pipe"));
            Ran.of(new ProcessBuilder("mkfifo", pipe.resolve("manifest.json").toString()), 60)
                    .succeeded();
            Files.move(pipe, plugbay.drop().resolve("pipe"));
            refused(rest, "a pipe", plugbay.drop().resolve("pipe"), "UnsafeArchive");

            Path real = Files.writeString(
                    plugbay.work().resolve("manifest.json"),
                    "{\"manifestVersion\": 1, \"id\": \"evil\", \"version\": \"1.0.0\","
                            + " \"runtime\": {\"kind\": \"java\", \"main\": \"a.B\"}}");
            Path link = Files.createDirectory(plugbay.work().resolve("link"));
            Files.createSymbolicLink(link.resolve("manifest.json"), real);
            Files.move(link, plugbay.drop().resolve("link"));
            refused(rest, "a link", plugbay.drop().resolve("link"), "UnsafeArchive");

            assertThat(HomeListing.of(plugbay.home())).isEqualTo(before);
            assertThat(plugbay.cli("vms").succeeded().out()).contains("sample");
        }
    }

    private void refused(Rest rest, String what, Path file, String code) {
        await(what)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> {
                    JsonNode items =
                            rest.send("POST", "/plugins/discover", "").json().path("items");
                    assertThat(items).as(items.toString()).anySatisfy(item -> {
                        assertThat(item.path("path").asString()).isEqualTo(file.toString());
                        assertThat(item.path("outcome").asString()).isEqualTo("REFUSED");
                        assertThat(item.at("/problem/code").asString()).isEqualTo(code);
                    });
                });
    }

    private static String version(Rest rest) {
        return rest.plugin("shop").path("version").asString();
    }

    private static Map<String, Hostile> hostile() throws IOException {
        Map<String, Hostile> hostile = new LinkedHashMap<>();
        hostile.put("a name with ..", hostile(HostileZips.withName("../evil"), "UnsafeArchive"));
        hostile.put("an absolute name", hostile(HostileZips.withName("/tmp/evil"), "UnsafeArchive"));
        hostile.put("a backslash", hostile(HostileZips.withName("lib\\a.jar"), "UnsafeArchive"));
        hostile.put("a bomb", hostile(HostileZips.bomb(), "UnsafeArchive"));
        hostile.put("overlapping entries", hostile(HostileZips.overlapping(), "UnsafeArchive"));
        hostile.put("a link", hostile(HostileZips.link(), "UnsafeArchive"));
        hostile.put("a large manifest", hostile(HostileZips.largeManifest(), "InvalidManifest"));
        hostile.put("no archive", hostile("text".getBytes(StandardCharsets.UTF_8), "ArtifactCorrupt"));
        return hostile;
    }
}
