package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import dev.plugbay.example.Reach;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may start, when, and in which order it stops. */
class StartRulesTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    @AfterEach
    void disconnect() {
        Reach.connect(what -> {});
    }

    @Test
    void what_waits_for_a_dependency_is_told_once_and_starts_when_that_comes() {
        Queue<HostEvent> failed = new ConcurrentLinkedQueue<>();
        try (var host = Plugins.host(folder).start()) {
            host.onEvent(event -> {
                if (event.type().equals("plugin.failed")) {
                    failed.add(event);
                }
            });
            Jars.plugin("needy", "1.0.0")
                    .source(Plugins.MAIN)
                    .with("requires", java.util.Map.of("plugins", java.util.Map.of("hello", "^1.0")))
                    .to(folder);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(host.plugin("needy")
                                    .flatMap(PluginStatus::problem)
                                    .map(Problem::code))
                            .contains(ErrorCode.MISSING_DEPENDENCY));
            // The poll tries again and again, and is LOADING for a moment each time.
            await().until(() -> host.plugin("needy").orElseThrow().state() == PluginState.LOADED);
            host.discover();
            host.discover();
            host.discover();
            await().until(() -> !failed.isEmpty());
            assertThat(failed).hasSize(1);
            Plugins.greeter("1.0.0").to(folder);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> host.plugin("needy").orElseThrow().state() == PluginState.RUNNING);
        }
    }

    @Test
    void a_denied_plugin_cannot_be_started_by_hand_nor_by_a_change() {
        Plugins.greeter("1.0.0").to(folder);
        try (var host = Plugins.host(folder).start()) {
            host.apply(host.settings().toBuilder().deny(List.of("hello")).build());
            assertThat(host.find(Greeter.class, "hello")).isEmpty();
            PlugbayException refused = catchThrowableOfType(PlugbayException.class, () -> host.start("hello"));
            assertThat(refused.code()).isEqualTo(ErrorCode.UNTRUSTED);
            host.apply(host.settings().toBuilder().deny(List.of()).build());
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> host.find(Greeter.class, "hello").isPresent());
        }
    }

    @Test
    void without_autoload_what_was_loaded_by_hand_still_follows_its_file() {
        Plugins.greeter("1.0.0").to(folder, "hello.jar");
        try (var host =
                Plugins.host(folder).with(settings -> settings.autoload(false)).start()) {
            assertThat(host.find(Greeter.class, "hello")).isEmpty();
            host.load("hello");
            Greeter greeter = host.extension(Greeter.class, "hello");
            Plugins.greeter("1.1.0").to(folder, "hello.jar");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> greeter.greet("x").startsWith("1.1.0"));
        }
    }

    @Test
    void at_close_those_that_require_others_stop_first() {
        Queue<String> stopped = new ConcurrentLinkedQueue<>();
        Reach.connect(stopped::add);
        String body =
                "@Override public void stop(dev.plugbay.api.PluginContext c) { dev.plugbay.example.Reach.host(c.plugin()); }";
        Plugins.main("a-base", "1.0.0", body).to(folder);
        Plugins.main("b-middle", "1.0.0", body)
                .with("requires", java.util.Map.of("plugins", java.util.Map.of("a-base", "^1.0")))
                .to(folder);
        Plugins.main("c-top", "1.0.0", body)
                .with("requires", java.util.Map.of("plugins", java.util.Map.of("b-middle", "^1.0")))
                .to(folder);
        try (var host = Plugins.host(folder).start()) {
            assertThat(host.plugins()).allMatch(plugin -> plugin.state() == PluginState.RUNNING);
        }
        assertThat(stopped).containsExactly("c-top", "b-middle", "a-base");
    }
}
