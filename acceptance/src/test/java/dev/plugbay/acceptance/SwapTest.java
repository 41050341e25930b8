package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A plugin is replaced while it works, again and again, and nobody notices. */
class SwapTest {
    private static final int SWAPS = 50;
    private static final int CALLERS = 16;

    @RegisterExtension
    final Product plugbay = new Product();

    @Test
    void no_call_fails_and_the_export_ends_right_while_the_jar_is_overwritten_fifty_times() throws Exception {
        plugbay.configure("plugins:\n  settle: 500ms\n  poll: 1s\n  gcNudge: 1s\n");
        PluginJar images = PluginJar.read(bundledImages());
        Path jar = plugbay.drop().resolve("shop.jar");
        PluginJar shop = Shop.version("1.0.0");
        shop.to(jar);
        Path target = plugbay.folder("out");

        Daemon daemon = plugbay.up();
        try (Rest rest = daemon.rest();
                Callers callers = new Callers(rest, CALLERS, "/providers/shop/vms", "/providers/images/vms")) {
            String job = rest.export("shop/box", target);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> rest.get(job).path("progress").asInt() == 50);
            for (int swap = 1; swap <= SWAPS; swap++) {
                String version = "1.0." + swap;
                overwrite(jar, shop.version(version).bytes(), swap);
                if (swap % 10 == 0) {
                    images.version(version).to(plugbay.drop().resolve("images.jar"));
                    inForce(rest, "images", version);
                }
                inForce(rest, "shop", version);
                assertThat(callers.failures).isEmpty();
            }

            JsonNode shown =
                    plugbay.cli("plugins", "show", "shop", "--json").succeeded().json();
            assertThat(shown.path("version").asString()).isEqualTo("1.0." + SWAPS);
            assertThat(verdict(shown, 1)).isEqualTo("PENDING");
            assertThat(plugbay.cli("plugins", "show", "images").succeeded().out())
                    .contains("1.0." + SWAPS);
            assertThat(rest.get(job).path("state").asString()).isEqualTo("RUNNING");

            Files.createFile(target.resolve("go"));
            assertThat(plugbay.cli("jobs", "wait", job.substring("/jobs/".length()))
                            .succeeded()
                            .exit())
                    .isZero();
            Ran.of(
                            new ProcessBuilder("sha256sum", "-c", "SHA256SUMS")
                                    .directory(target.resolve("1.0.0").toFile()),
                            60)
                    .succeeded();
            callers.end();
            assertThat(callers.failures).isEmpty();
            assertThat(callers.calls.get()).isGreaterThan(SWAPS * CALLERS);
            // Compiled code on a caller's stack holds the classes of the generation that it was made for.
            for (String plugin : List.of("shop", "images")) {
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(500))
                        .untilAsserted(() -> {
                            JsonNode verdicts = rest.plugin(plugin).path("verdicts");
                            assertThat(StreamSupport.stream(verdicts.spliterator(), false)
                                            .map(verdict ->
                                                    verdict.path("outcome").asString()))
                                    .as(verdicts.toString())
                                    .hasSize(plugin.equals("shop") ? SWAPS : SWAPS / 10)
                                    .containsOnly("RELEASED");
                        });
            }
        }
    }

    @Test
    void the_callers_would_notice_a_plugin_that_is_away_for_a_moment() throws Exception {
        plugbay.configureForSpeed();
        Shop.version("1.0.0").to(plugbay.drop().resolve("shop.jar"));
        try (Rest rest = plugbay.up().rest();
                Callers callers = new Callers(rest, CALLERS, "/providers/shop/vms")) {
            assertThat(rest.post("/plugins/shop/stop").status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(callers.failures).isNotEmpty());
        }
    }

    private static Path bundledImages() throws IOException {
        try (var jars = Files.list(Built.bundledPlugins())) {
            return jars.filter(jar -> jar.getFileName().toString().contains("images"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void inForce(Rest rest, String plugin, String version) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(
                        () -> assertThat(rest.plugin(plugin).path("version").asString())
                                .isEqualTo(version));
    }

    private static String verdict(JsonNode plugin, int generation) {
        return StreamSupport.stream(plugin.path("verdicts").spliterator(), false)
                .filter(verdict -> verdict.path("generation").asInt() == generation)
                .map(verdict -> verdict.path("outcome").asString())
                .findFirst()
                .orElse("none");
    }

    /** Every way in which a file gets new content. */
    private static void overwrite(Path jar, byte[] bytes, int way) throws IOException {
        switch (way % 4) {
            case 0 -> PluginJar.replace(jar, bytes);
            case 1 -> slowly(jar, bytes, Duration.ofMillis(40));
            case 2 -> {
                Path fresh = Files.write(jar.resolveSibling(".fresh"), bytes);
                Files.delete(jar);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                Files.move(fresh, jar);
            }
            default -> // slower than files settle: what lies there for a while is no plugin
                slowly(jar, bytes, Duration.ofMillis(way % 8 == 3 ? 1000 : 5));
        }
    }

    private static void slowly(Path jar, byte[] bytes, Duration pause) throws IOException {
        int parts = 4;
        try (OutputStream out = Files.newOutputStream(jar)) {
            for (int part = 0; part < parts; part++) {
                int from = bytes.length * part / parts;
                out.write(bytes, from, bytes.length * (part + 1) / parts - from);
                out.flush();
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }
}
