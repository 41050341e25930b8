package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A daemon that is told to stop: what it still does, for how long, and what an impatient hand makes of it. */
class StopTest {
    /** Lists nothing until a file is there, whatever is done to its thread. */
    private static final String HANGS = Shop.PROVIDER.replace("return VmPage.last(machines().stream()", """
            Path go = context.dataFolder().resolve("go");
            try {
                Files.writeString(context.dataFolder().resolve("hangs"), "");
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            while (!Files.exists(go)) {
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                Thread.interrupted();
            }
            return VmPage.last(machines().stream()""");

    private static final String SLOW_START = Shop.MAIN.replace("{}", """
            {
                @Override
                public void start(dev.plugbay.api.PluginContext context) throws Exception {
                    java.nio.file.Files.writeString(context.dataFolder().resolve("starts"), "");
                    Thread.sleep(20_000);
                }
            }
            """);

    @RegisterExtension
    final Product plugbay = new Product();

    @Test
    void a_provider_that_hangs_keeps_a_stop_no_longer_than_its_limit_and_new_calls_are_refused_meanwhile() {
        plugbay.configureForSpeed();
        plugbay.append("stopWithin: 15s\n");
        drop(Shop.MAIN, HANGS);
        Daemon daemon = plugbay.up();
        try (Rest rest = daemon.rest()) {
            FutureTask<Rest.Answer> hanging = new FutureTask<>(() -> rest.send("GET", "/providers/shop/vms", ""));
            Thread.ofVirtual().start(hanging);
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(data("hangs")));

            long began = System.nanoTime();
            daemon.askToStop();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> rest.send("GET", "/plugins", "").status() == 503);
            Rest.Answer refused = rest.send("GET", "/vms", "");
            assertThat(refused.json().path("code").asString()).isEqualTo("Unavailable");
            assertThat(refused.json().path("detail").asString()).contains("stopping");
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertThat(rest.send("GET", "/jobs", "").status()).isEqualTo(200);

            assertThat(daemon.waitForEnd()).isEqualTo(Daemon.STOPPED);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
        }
    }

    @Test
    void a_second_signal_ends_a_stop_at_once_and_the_next_start_is_whole() throws Exception {
        plugbay.configureForSpeed();
        plugbay.append("stopWithin: 10m\n");
        drop(Shop.MAIN, HANGS);
        Daemon daemon = plugbay.up();
        try (Rest rest = daemon.rest()) {
            Thread.ofVirtual().start(new FutureTask<>(() -> rest.send("GET", "/providers/shop/vms", "")));
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(data("hangs")));
            daemon.askToStop();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> rest.send("GET", "/plugins", "").status() == 503);
        }
        assertThat(daemon.terminate()).isEqualTo(143);
        assertThat(daemon.output()).contains("Ends at once");
        plugbay.up();
    }

    @Test
    void a_signal_during_the_start_ends_it_and_the_next_start_is_whole() throws Exception {
        plugbay.configureForSpeed();
        drop(SLOW_START, Shop.PROVIDER);
        Daemon starting = plugbay.launch("--port", "0");
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(data("starts")));
        starting.signal("INT");
        assertThat(starting.waitForEnd()).isEqualTo(130);
        assertThat(starting.output()).contains("Stopped while it was starting").doesNotContain("\tat ");
        Files.delete(plugbay.drop().resolve("shop.jar"));
        plugbay.up();
        assertThat(plugbay.cli("vms").succeeded().out()).contains("sample");
    }

    private void drop(String... sources) {
        PluginJar.compile(
                        "1.0.0",
                        sources[0].replace(
                                "@dev.plugbay.api.PluginInfo",
                                "@dev.plugbay.api.Permissions(host = {\"data\"})\n@dev.plugbay.api.PluginInfo"),
                        sources[1])
                .to(plugbay.drop().resolve("shop.jar"));
    }

    private Path data(String name) {
        return plugbay.home().resolve("data/shop").resolve(name);
    }
}
