package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Reach;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the old generation when a handover fails and the way back is not clear either. */
@Timeout(120)
class WayBackTest {
    private static final String TELLING = """
            @Override public void acquire(PluginContext context) { dev.plugbay.example.Reach.host("acquire " + context.generation()); }
            @Override public void release(PluginContext context) { dev.plugbay.example.Reach.host("release " + context.generation()); }
            """;

    @TempDir
    Path folder;

    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final Queue<HostEvent> events = new ConcurrentLinkedQueue<>();
    private final CountDownLatch letGo = new CountDownLatch(1);
    private volatile String fails = "nothing";
    private volatile String hangs = "nothing";

    @AfterEach
    void disconnect() {
        letGo.countDown();
        Reach.connect(what -> {});
    }

    private Jars counter(String version, String mode) {
        return Counters.of(version)
                .save("dev.plugbay.example.Reach.host(\"save \" + context.generation());")
                .restore("dev.plugbay.example.Reach.host(\"restore \" + context.generation());")
                .more(TELLING)
                .reload(mode);
    }

    private PluginHost start(String mode) {
        return start(mode, false);
    }

    private PluginHost start(String mode, boolean hotReload) {
        counter("1.0.0", mode).to(folder, "counter.jar");
        PluginHost host = Plugins.host(folder)
                .hotReload(hotReload)
                .with(settings -> settings.hookTimeout(Duration.ofSeconds(5)))
                .start();
        host.onEvent(events::add);
        Reach.connect(step -> {
            told.add(step);
            if (step.matches(fails)) {
                throw new IllegalStateException("it fails at " + step);
            }
            if (step.matches(hangs)) {
                Waits.uninterrupted(letGo);
            }
        });
        return host;
    }

    private static PlugbayException refusedReload(PluginHost host) {
        return catchThrowableOfType(PlugbayException.class, () -> host.reload("counter", ReloadOptions.gentle()));
    }

    @Test
    void one_that_did_not_get_its_port_back_says_so_in_its_health_until_it_has_it_again() {
        fails = "restore 2|acquire 1";
        try (PluginHost host = start("handover")) {
            assertThat(host.health("counter").level()).isNotEqualTo(Health.Level.DEGRADED);
            PlugbayException rolledBack = refusedReload(host);
            assertThat(rolledBack.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(rolledBack.detail())
                    .contains(
                            "it fails at restore 2", "did not get back what it had released", "it fails at acquire 1");
            assertThat(rolledBack.remedy().orElseThrow())
                    .as("what helps the old one, which serves without its port")
                    .startsWith("Start it anew: plugbay plugins stop counter, and start. ");
            Health health = host.plugin("counter").orElseThrow().health();
            assertThat(health.level()).isEqualTo(Health.Level.DEGRADED);
            assertThat(health.reasons()).anyMatch(reason -> reason.contains("did not get back"));
            assertThat(host.health("counter")).as("asked again").isEqualTo(health);
            await().until(() -> events.stream()
                    .anyMatch(event -> event.type().equals("plugin.health")
                            && "DEGRADED".equals(event.data().get("level"))));
            fails = "restore 3";
            assertThat(refusedReload(host).remedy().orElseThrow()).doesNotContain("Start it anew");
            assertThat(host.health("counter").level()).isNotEqualTo(Health.Level.DEGRADED);
            fails = "nothing";
            host.reload("counter", ReloadOptions.gentle());
        }
    }

    @Test
    void a_version_that_comes_while_a_hook_of_the_state_hangs_is_taken_up_when_that_returns() {
        hangs = "save 1";
        try (PluginHost host = start("overlap", true)) {
            assertThat(refusedReload(host).details()).containsEntry("cause", "HookTimeout");
            counter("1.1.0", "overlap").to(folder, "counter.jar");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> host.plugin("counter").orElseThrow().problem().stream()
                            .anyMatch(problem -> problem.detail().contains("a hook of it hangs")));
            hangs = "nothing";
            letGo.countDown();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> host.plugin("counter").orElseThrow().version().equals("1.1.0"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"handover", "overlap"})
    void nothing_is_reloaded_beside_a_hook_of_the_state_that_hangs(String mode) {
        hangs = "save 1";
        try (PluginHost host = start(mode)) {
            assertThat(refusedReload(host).details()).containsEntry("cause", "HookTimeout");
            told.clear();
            PlugbayException refused = refusedReload(host);
            assertThat(refused.code()).isEqualTo(ErrorCode.HOOK_TIMEOUT);
            assertThat(refused.generation()).hasValue(1);
            assertThat(refused.detail()).contains("a hook of it hangs", "saveState");
            assertThat(refused.remedy().orElseThrow()).contains("plugbay plugins stop counter");
            assertThat(told)
                    .as("the new one was not even loaded, nor the hung one asked")
                    .isEmpty();
            letGo.countDown();
            await().ignoreExceptionsInstanceOf(PlugbayException.class)
                    .untilAsserted(() -> assertThat(host.reload("counter", ReloadOptions.gentle())
                                    .problem())
                            .as("it is reloaded when that has returned after all")
                            .isEmpty());
        }
    }

    @Test
    void one_whose_release_hangs_is_started_anew_as_the_remedy_says() {
        hangs = "release 1";
        try (PluginHost host = start("handover")) {
            host.extension(dev.plugbay.example.Greeter.class, "counter").greet("x");
            PlugbayException rolledBack = refusedReload(host);
            assertThat(rolledBack.remedy().orElseThrow()).startsWith("Start it anew");
            assertThat(told).doesNotContain("acquire 1");
            assertThat(host.health("counter").level()).isEqualTo(Health.Level.DEGRADED);
            PlugbayException unsaved = catchThrowableOfType(PlugbayException.class, () -> host.stop("counter"));
            assertThat(unsaved.code()).isEqualTo(ErrorCode.HOOK_TIMEOUT);
            assertThat(unsaved.detail()).contains("its state was not saved");
            host.start("counter");
            assertThat(host.plugin("counter").orElseThrow().generation()).hasValue(3);
            assertThat(host.health("counter").level()).isNotEqualTo(Health.Level.DEGRADED);
        }
    }
}
