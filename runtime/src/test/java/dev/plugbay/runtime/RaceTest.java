package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import dev.plugbay.example.Reach;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations that cross each other. */
class RaceTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    @AfterEach
    void disconnect() {
        Reach.connect(what -> {});
    }

    @Test
    void a_handle_leads_to_the_plugin_again_that_was_removed_and_came_back() throws Exception {
        Path jar = Plugins.greeter("1.0.0").to(folder);
        try (var host = Plugins.host(folder).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            Files.delete(jar);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> host.plugin("hello").isEmpty());
            Plugins.greeter("1.0.0").to(folder);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> host.find(Greeter.class, "hello").isPresent());
            assertThat(greeter.greet("you")).isEqualTo("1.0.0 greets you");
            assertThat(host.extension(Greeter.class, "hello")).isSameAs(greeter);
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(2);
        }
    }

    @Test
    void a_closed_host_refuses_operations_at_once() {
        Plugins.greeter("1.0.0").to(folder);
        PluginHost closed;
        try (var host = Plugins.host(folder).home(home).start()) {
            closed = host;
        }
        for (Runnable operation : List.<Runnable>of(
                () -> closed.start("hello"),
                () -> closed.reload("hello", ReloadOptions.gentle()),
                () -> closed.enable("hello"))) {
            PlugbayException failure = catchThrowableOfType(PlugbayException.class, operation::run);
            assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        }
        closed.close();
    }

    @Test
    void operations_that_cross_a_close_start_nothing_afterwards() {
        Set<Integer> alive = ConcurrentHashMap.newKeySet();
        Reach.connect(what -> {
            int generation = Integer.parseInt(what.substring(1));
            if (what.startsWith("+")) {
                alive.add(generation);
            } else {
                alive.remove(generation);
            }
        });
        Plugins.main(
                        "hello",
                        "1.0.0",
                        "@Override public void start(dev.plugbay.api.PluginContext c) { dev.plugbay.example.Reach.host(\"+\" + c.generation()); }"
                                + " @Override public void stop(dev.plugbay.api.PluginContext c) { dev.plugbay.example.Reach.host(\"-\" + c.generation()); }")
                .to(folder);
        PluginHost host = Plugins.host(folder).start();
        AtomicBoolean stop = new AtomicBoolean();
        List<CompletableFuture<Void>> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(CompletableFuture.runAsync(
                    () -> {
                        while (!stop.get()) {
                            try {
                                host.reload("hello", ReloadOptions.gentle());
                            } catch (PlugbayException expected) {
                                if (expected.code() == ErrorCode.UNAVAILABLE) {
                                    return;
                                }
                            }
                        }
                    },
                    Thread::startVirtualThread));
        }
        await().until(() -> host.plugin("hello").orElseThrow().generation().orElse(0) > 3);
        CompletableFuture<Void> second = CompletableFuture.runAsync(host::close, Thread::startVirtualThread);
        host.close();
        second.join();
        stop.set(true);
        others.forEach(CompletableFuture::join);
        assertThat(alive).isEmpty();
    }

    @Test
    void a_call_that_asks_for_the_reload_or_the_end_of_its_own_plugin_gets_an_answer() {
        Jars.plugin("hello", "1.0.0")
                .source(Plugins.MAIN)
                .extension(Greeter.class, """
                        package acme;
                        public final class Hello implements dev.plugbay.example.Greeter {
                            @Override public String greet(String name) { dev.plugbay.example.Reach.host(name); return "@VERSION@ greets " + name; }
                        }
                        """)
                .to(folder);
        try (var host = Plugins.host(folder).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            PluginHost itself = host;
            Reach.connect(what -> {
                switch (what) {
                    case "reload" -> host.reload("hello", ReloadOptions.gentle());
                    case "unload" -> host.unload("hello");
                    default -> itself.close();
                }
            });
            assertThat(greeter.greet("reload")).isEqualTo("1.0.0 greets reload");
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(2);
            assertThat(greeter.greet("unload")).isEqualTo("1.0.0 greets unload");
            host.start("hello");
            PlugbayException cancelled = catchThrowableOfType(PlugbayException.class, () -> greeter.greet("close"));
            if (cancelled != null) {
                assertThat(cancelled.code()).isEqualTo(ErrorCode.CALL_CANCELLED);
            }
        }
    }

    @Test
    void removing_and_installing_at_once_ends_with_one_plugin_or_none_and_never_a_ghost() throws Exception {
        Set<String> alive = ConcurrentHashMap.newKeySet();
        Queue<String> doubled = new ConcurrentLinkedQueue<>();
        Reach.connect(what -> {
            if (what.startsWith("+")) {
                if (!alive.add(what.substring(1))) {
                    doubled.add(what);
                }
            } else {
                alive.remove(what.substring(1));
            }
        });
        Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
        Path jar = Plugins.main(
                        "hello",
                        "1.0.0",
                        "@Override public void start(dev.plugbay.api.PluginContext c) { dev.plugbay.example.Reach.host(\"+\" + c.generation()); }"
                                + " @Override public void stop(dev.plugbay.api.PluginContext c) { dev.plugbay.example.Reach.host(\"-\" + c.generation()); }")
                .to(elsewhere);
        try (var host = Plugins.host(folder).start()) {
            for (int i = 0; i < 15; i++) {
                host.install(jar, false);
                CompletableFuture<Void> removing = CompletableFuture.runAsync(
                        () -> {
                            try {
                                host.remove("hello", false);
                            } catch (PlugbayException gone) {
                                assertThat(gone.code()).isEqualTo(ErrorCode.NOT_FOUND);
                            }
                        },
                        Thread::startVirtualThread);
                try {
                    host.install(jar, false);
                } catch (PlugbayException removedAgain) {
                    assertThat(removedAgain.code()).isEqualTo(ErrorCode.NOT_FOUND);
                }
                removing.join();
                await().atMost(Duration.ofSeconds(10)) // stop hooks run in the background
                        .untilAsserted(() -> assertThat(alive.size())
                                .isEqualTo(
                                        host.plugin("hello")
                                                        .filter(status -> status.state() == PluginState.RUNNING)
                                                        .isPresent()
                                                ? 1
                                                : 0));
            }
            assertThat(doubled).isEmpty();
        }
        assertThat(alive).isEmpty();
    }

    @Test
    void timers_that_ran_once_are_forgotten() throws Exception {
        Plugins.main(
                        "chain",
                        "1.0.0",
                        "int left = 50; @Override public void start(dev.plugbay.api.PluginContext c) { again(c); }"
                                + " void again(dev.plugbay.api.PluginContext c) { if (left-- > 0) {"
                                + " c.scheduler().after(java.time.Duration.ofMillis(1), () -> again(c)); } else { dev.plugbay.example.Reach.host(\"done\"); } }")
                .host("schedule")
                .to(folder);
        CompletableFuture<String> done = new CompletableFuture<>();
        Reach.connect(done::complete);
        try (var host = Plugins.host(folder).start()) {
            assertThat(done.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("done");
            host.unload("chain");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("chain"))
                        .singleElement()
                        .satisfies(verdict -> assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED));
            });
        }
    }

    @Test
    void what_was_removed_is_offered_by_no_scan_that_saw_it_before() {
        try (var host = Plugins.host(folder).start()) {
            Queue<String> events = new ConcurrentLinkedQueue<>();
            host.onEvent(event -> events.add(event.type()));
            for (int i = 0; i < 10; i++) {
                Plugins.greeter("1.0.0").to(folder);
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> host.find(Greeter.class, "hello").isPresent());
                CompletableFuture<Void> scanning =
                        CompletableFuture.runAsync(host::discover, Thread::startVirtualThread);
                host.remove("hello", false);
                scanning.join();
                assertThat(host.plugin("hello")).isEmpty();
                assertThat(host.discover()).isEmpty();
            }
            await().until(() -> events.stream().filter("plugin.removed"::equals).count() == 10);
            assertThat(events.stream()
                            .filter(type -> !type.equals("plugin.draining") && !type.equals("plugin.unloaded")))
                    .startsWith("plugin.discovered", "plugin.loaded", "plugin.started", "plugin.removed");
            assertThat(events.stream().filter("plugin.loaded"::equals)).hasSize(10);
        }
    }
}
