package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Two instances of a plugin, side by side: what happens to one is no matter of the other's. */
class InstancesTest {
    private static final int CALLERS = 8;

    /** Fails to start, or hangs, as it is configured to. */
    private static final String MOODY = """
            package acme.moody;

            import dev.plugbay.api.*;

            @PluginInfo(id = "moody", config = MoodyConfig.class)
            public final class Moody implements Plugin {
                @Override
                public void start(PluginContext context) {
                    switch (context.config(MoodyConfig.class).mood()) {
                        case "throws" -> throw new IllegalStateException("not today");
                        case "hangs" -> { while (true) { java.util.concurrent.locks.LockSupport.park(); Thread.interrupted(); } }
                        default -> context.logger().info("in the mood");
                    }
                }
            }
            """;

    private static final String MOODY_CONFIG = """
            package acme.moody;

            import dev.plugbay.api.ConfigValue;

            public record MoodyConfig(@ConfigValue(defaultValue = "good") String mood) {}
            """;

    @RegisterExtension
    final Product plugbay = new Product();

    /** A folder with one image of a name. */
    private Path images(String folder, String image) throws IOException {
        Path made = plugbay.folder(folder);
        try (RandomAccessFile file =
                new RandomAccessFile(made.resolve(image + ".img").toFile(), "rw")) {
            file.setLength(1 << 20);
        }
        return made;
    }

    private static boolean only(Rest.Answer answer, String vm) {
        JsonNode items = answer.json().path("items");
        return items.size() == 1 && items.path(0).path("id").asString().equals(vm);
    }

    @Test
    void the_configuration_of_one_changes_a_hundred_times_and_callers_of_the_other_notice_nothing() throws Exception {
        plugbay.configureForSpeed();
        List<Path> folders = List.of(images("one", "first"), images("two", "second"));
        Path backup = images("backup", "kept");
        try (Rest rest = plugbay.up().rest()) {
            plugbay.cli("instances", "add", "images", "backup", "folder=" + backup)
                    .succeeded();
            plugbay.cli("plugins", "reload", "images", "--instance", "backup").succeeded();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> instance(rest, "backup")
                            .at("/verdicts/0/outcome")
                            .asString()
                            .equals("RELEASED"));
            JsonNode before = instance(rest, "backup");
            assertThat(before.path("generation").asInt()).isEqualTo(2);
            try (Callers callers =
                    new Callers(rest, CALLERS, answer -> only(answer, "kept"), "/providers/backup/vms")) {
                for (int change = 1; change <= 100; change++) {
                    Path folder = folders.get(change % 2);
                    assertThat(rest.send("PATCH", "/plugins/images/config", "{\"folder\": \"" + folder + "\"}")
                                    .status())
                            .isEqualTo(200);
                    assertThat(only(
                                    rest.send("GET", "/providers/images/vms", ""),
                                    change % 2 == 0 ? "first" : "second"))
                            .as("the change is in force")
                            .isTrue();
                    if (change % 20 == 0) {
                        assertThat(rest.post("/plugins/images/instances/images/reload")
                                        .status())
                                .isEqualTo(200);
                    }
                }
                callers.end();
                assertThat(callers.failures).isEmpty();
                assertThat(callers.calls.get()).isGreaterThan(100);
            }
            assertThat(instance(rest, "images").path("generation").asInt()).isEqualTo(6);
            assertThat(instance(rest, "backup")).isEqualTo(before);
        }
    }

    @Test
    void the_callers_would_notice_a_change_of_their_own_instance() throws Exception {
        plugbay.configureForSpeed();
        Path backup = images("backup", "kept");
        Path other = images("other", "stranger");
        try (Rest rest = plugbay.up().rest()) {
            plugbay.cli("instances", "add", "images", "backup", "folder=" + backup)
                    .succeeded();
            try (Callers callers =
                    new Callers(rest, CALLERS, answer -> only(answer, "kept"), "/providers/backup/vms")) {
                plugbay.cli("config", "set", "images", "--instance", "backup", "folder=" + other)
                        .succeeded();
                await().untilAsserted(() -> assertThat(callers.failures).isNotEmpty());
            }
        }
    }

    @Test
    void one_whose_folder_is_missing_is_ill_alone_and_becomes_a_warning() throws Exception {
        plugbay.configureForSpeed();
        Path first = images("one", "first");
        Path gone = images("gone", "x");
        try (Rest rest = plugbay.up().rest()) {
            plugbay.cli("config", "set", "images", "folder=" + first).succeeded();
            plugbay.cli("instances", "add", "images", "gone", "folder=" + gone).succeeded();
            Files.delete(gone.resolve("x.img"));
            Files.delete(gone);
            try (Callers callers =
                    new Callers(rest, CALLERS, answer -> only(answer, "first"), "/providers/images/vms")) {
                assertThat(rest.get("/plugins/images/instances/gone/health")
                                .path("level")
                                .asString())
                        .isEqualTo("UNHEALTHY");
                Ran vms = plugbay.cli("vms").succeeded();
                assertThat(vms.out()).contains("first");
                assertThat(vms.err()).contains("gone");
                callers.end();
                assertThat(callers.failures).isEmpty();
            }
            assertThat(rest.plugin("images").at("/health/level").asString()).isEqualTo("HEALTHY");
        }
    }

    @Test
    void one_that_throws_or_hangs_at_its_start_is_refused_and_the_others_run() {
        plugbay.configureForSpeed("hookTimeout: 10s");
        PluginJar.compile("1.0.0", MOODY, MOODY_CONFIG).to(plugbay.drop().resolve("moody.jar"));
        try (Rest rest = plugbay.up().rest()) {
            plugbay.cli("instances", "add", "moody", "calm").succeeded();
            assertThat(plugbay.cli("instances", "add", "moody", "angry", "mood=throws")
                            .exited(1)
                            .err())
                    .contains("StartFailed", "not today");
            try (Background hanging = plugbay.background(
                    plugbay.work().resolve("hanging"), "instances", "add", "moody", "absent", "mood=hangs")) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> rest.send("GET", "/plugins/moody/instances/absent", "")
                                        .status()
                                == 200);
                assertThat(rest.post("/plugins/moody/instances/calm/reload").status())
                        .isEqualTo(200);
                assertThat(rest.get("/plugins/moody/instances/calm/health")
                                .path("level")
                                .asString())
                        .isEqualTo("HEALTHY");
                assertThat(hanging.awaitOutput("HookTimeout")).contains("absent");
            }
            assertThat(rest.get("/plugins/moody/instances").path("items").size())
                    .isEqualTo(2);
            assertThat(plugbay.home().resolve("data/angry")).doesNotExist();
        }
    }

    @Test
    void what_was_acknowledged_survives_a_kill_right_after_the_answer() throws Exception {
        plugbay.configureForSpeed();
        Path backup = images("backup", "kept");
        Daemon first = plugbay.up();
        try (Rest rest = first.rest()) {
            assertThat(rest.send("PUT", "/plugins/images/instances/b", "{}").status())
                    .isEqualTo(201);
            assertThat(rest.send("PUT", "/plugins/images/instances/c", "{}").status())
                    .isEqualTo(201);
            assertThat(rest.post("/plugins/images/instances/b/disable").status())
                    .isEqualTo(200);
            assertThat(rest.send("DELETE", "/plugins/images/instances/c", "").status())
                    .isEqualTo(204);
            Rest.Answer last =
                    rest.send("PUT", "/plugins/images/instances/a", "{\"config\": {\"folder\": \"" + backup + "\"}}");
            first.kill();
            assertThat(last.status()).isEqualTo(201);
        }
        try (Rest rest = plugbay.up().rest()) {
            assertThat(rest.get("/plugins/images/instances")
                            .path("items")
                            .valueStream()
                            .map(one -> one.path("name").asString() + " "
                                    + one.path("state").asString()))
                    .containsExactly("a RUNNING", "b DISABLED", "images RUNNING");
            assertThat(only(rest.send("GET", "/providers/a/vms", ""), "kept")).isTrue();
        }
    }

    @Test
    void an_export_goes_on_to_its_end_when_its_instance_is_removed() throws Exception {
        plugbay.configureForSpeed();
        Shop.version("1.0.0").to(plugbay.drop().resolve("shop.jar"));
        Path target = plugbay.folder("out");
        try (Rest rest = plugbay.up().rest()) {
            plugbay.cli("instances", "add", "shop", "second").succeeded();
            assertThat(plugbay.cli("providers").succeeded().out()).contains("second");
            String job = rest.export("second/box", target);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> rest.get(job).path("progress").asInt() == 50);
            plugbay.cli("instances", "remove", "shop", "second").succeeded();
            assertThat(plugbay.cli("vms", "show", "second/box").exited(4).err()).contains("NotFound");
            assertThat(rest.get(job).path("state").asString()).isEqualTo("RUNNING");
            Files.createFile(target.resolve("go"));
            plugbay.cli("jobs", "wait", job.substring("/jobs/".length())).succeeded();
        }
    }

    private static JsonNode instance(Rest rest, String name) {
        return rest.get("/plugins/images/instances/" + name);
    }
}
