package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A plugin that counts in memory is reloaded and restarted, and its count stays that of what it wrote down. */
class StateTest {
    private static final int RELOADS = 100;
    private static final int CALLERS = 8;

    private static final String MAIN = """
            package acme.shop;

            import dev.plugbay.api.*;
            import java.io.*;
            import java.nio.file.*;
            import java.time.Duration;
            import java.util.Optional;

            @PluginInfo(id = "shop" RELOAD)
            @Permissions(host = {"schedule", "data"})
            public final class ShopPlugin implements Plugin {
                private long count;

                @Override
                public void start(PluginContext context) {
                    Path folder = context.dataFolder();
                    context.scheduler().every(Duration.ofMillis(2), () -> {
                        if (Files.exists(folder.resolve("go"))) {
                            try {
                                Files.writeString(folder.resolve("ticks"), ".", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            add();
                        }
                    });
                }

                synchronized void add() {
                    count++;
                }

                synchronized long count() {
                    return count;
                }

                @Override
                public Optional<SavedState> saveState(PluginContext context) {
                    return Optional.of(SavedState.ofText(1, Long.toString(count())));
                }

                @Override
                public synchronized void restoreState(PluginContext context, SavedState state) throws Exception {
                    RESTORE
                    Thread.sleep(3); // so that there is something to lose
                    count = Long.parseLong(state.text());
                }
            }
            """;
    private static final String PROVIDER = Shop.PROVIDER
            .replace(
                    "ShopProvider(PluginContext context) {",
                    "ShopProvider(PluginContext context, ShopPlugin plugin) {\n" + "        this.plugin = plugin;")
            .replace(
                    "private final PluginContext context;",
                    "private final PluginContext context;\n" + "    private final ShopPlugin plugin;")
            .replace(
                    "VmInfo.builder(\"box\", context.version())",
                    "VmInfo.builder(\"box\", Long.toString(plugin.count()))");

    @RegisterExtension
    final Product plugbay = new Product();

    private static PluginJar shop(String version, String reload, String restore) {
        return PluginJar.compile(version, MAIN.replace("RELOAD", reload).replace("RESTORE", restore), PROVIDER);
    }

    @Test
    void a_count_is_exact_over_a_hundred_reloads_under_eight_callers_and_a_restart_of_the_host() throws Exception {
        shop("1.0.0", "", "").to(plugbay.drop().resolve("shop.jar"));
        assertThat(reloaded()).isEqualTo(0);
        long ticks = ticks();
        plugbay.cli("down").succeeded();
        try (Rest rest = plugbay.up().rest()) {
            assertThat(count(rest)).as("after a restart of the host").isEqualTo(ticks);
            rest.post("/plugins/shop/stop");
            rest.post("/plugins/shop/start");
            assertThat(count(rest)).as("after a stop").isEqualTo(ticks);
        }
    }

    @Test
    void control_by_overlap_the_count_is_not_exact() throws Exception {
        shop("1.0.0", ", reload = ReloadMode.OVERLAP", "").to(plugbay.drop().resolve("shop.jar"));
        assertThat(reloaded()).isPositive();
    }

    /** Reloads while the plugin counts and is called; how many ticks were not counted. */
    private long reloaded() throws Exception {
        plugbay.configureForSpeed();
        Daemon daemon = plugbay.up();
        Path go = plugbay.home().resolve("data/shop/go");
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> callers = new ArrayList<>();
        try (Rest rest = daemon.rest()) {
            Files.createFile(go);
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Thread.ofPlatform().daemon().start(() -> {
                    while (!stop.get()) {
                        Rest.Answer answer = rest.send("GET", "/providers/shop/vms", "");
                        if (answer.status() != 200
                                || answer.json().path("items").isEmpty()) {
                            failures.add(answer.toString());
                        }
                    }
                }));
            }
            for (int reload = 0; reload < RELOADS; reload++) {
                long before = ticks();
                await().pollInterval(Duration.ofMillis(2)).until(() -> ticks() > before);
                await().pollInterval(Duration.ofMillis(20))
                        .until(() -> rest.post("/plugins/shop/reload").status() == 200);
            }
            stop.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(failures).isEmpty();
            assertThat(rest.plugin("shop").path("generation").asInt()).isGreaterThanOrEqualTo(RELOADS + 1);
            Files.delete(go);
            return lost(rest);
        }
    }

    private long lost(Rest rest) throws java.io.IOException {
        await().during(Duration.ofSeconds(1)).until(() -> {
            long before = ticks();
            return count(rest) >= 0 && ticks() == before;
        });
        return ticks() - count(rest);
    }

    private long ticks() throws java.io.IOException {
        Path file = plugbay.home().resolve("data/shop/ticks");
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private static long count(Rest rest) {
        return Long.parseLong(rest.get("/providers/shop/vms")
                .path("items")
                .get(0)
                .path("name")
                .asString());
    }

    @Test
    void a_version_that_refuses_the_state_is_told_by_rest_and_the_command_and_the_old_one_counts_on() throws Exception {
        plugbay.configureForSpeed("hotReload: false");
        Path jar = plugbay.drop().resolve("shop.jar");
        shop("1.0.0", "", "").to(jar);
        try (Rest rest = plugbay.up().rest()) {
            Files.createFile(plugbay.home().resolve("data/shop/go"));
            await().until(() -> count(rest) > 3);

            shop(
                            "1.1.0",
                            "",
                            "if (state.version() < 2) throw new PluginException(ErrorCode.UNSUPPORTED, \"it needs a count of form 2\");")
                    .to(jar);
            Rest.Answer answer = rest.post("/plugins/shop/reload");
            JsonNode problem = answer.json();
            assertThat(answer.status()).isEqualTo(409);
            assertThat(problem.path("code").asString()).isEqualTo("ReloadRolledBack");
            assertThat(problem.path("details").path("cause").asString()).isEqualTo("StartFailed");
            assertThat(problem.path("detail").asString())
                    .contains("1.0.0 (generation 1) serves on", "restoreState failed", "it needs a count of form 2");
            Ran told = plugbay.cli("plugins", "reload", "shop");
            assertThat(told.exit()).isEqualTo(5);
            assertThat(told.err()).contains("it needs a count of form 2", "ReloadRolledBack");
            assertThat(plugbay.cli("plugins", "show", "shop").succeeded().out())
                    .contains("1.0.0", "it needs a count of form 2");

            shop("1.2.0", "", "Thread.sleep(60_000);").to(jar);
            assertThat(rest.post("/plugins/shop/reload")
                            .json()
                            .path("details")
                            .path("cause")
                            .asString())
                    .isEqualTo("HookTimeout");
            long now = count(rest);
            await().until(() -> count(rest) > now + 3);
            Files.delete(plugbay.home().resolve("data/shop/go"));
            assertThat(lost(rest)).as("nothing was lost by it").isZero();

            shop("1.3.0", "", "").to(jar);
            assertThat(rest.post("/plugins/shop/reload").status()).isEqualTo(200);
            assertThat(count(rest)).isEqualTo(ticks());
        }
    }
}
