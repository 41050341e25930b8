package dev.plugbay.runtime;

import static dev.plugbay.runtime.InstancesFixture.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances of one plugin, side by side. */
class InstancesTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    private HostBuilder builder() {
        return Plugins.host(folder).home(home);
    }

    private static PlugbayException failure(ThrowingCallable work) {
        return catchThrowableOfType(PlugbayException.class, work);
    }

    private static String greet(PluginHost host, String instance, String what) {
        return host.extension(Greeter.class, instance).greet(what);
    }

    @Test
    void each_has_configuration_storage_data_folder_health_and_generation_of_its_own() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = builder().start()) {
            var status = host.putInstance("hello", "second", word("two"));
            assertThat(status.state()).isEqualTo(PluginState.RUNNING);
            assertThat(status.generation()).hasValue(1);
            assertThat(greet(host, "hello", "")).isEqualTo("hello 1.0.0 hi");
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 two");

            greet(host, "second", "count");
            greet(host, "second", "count");
            assertThat(greet(host, "hello", "count")).isEqualTo("1");
            assertThat(greet(host, "second", "count")).isEqualTo("3");

            greet(host, "second", "write");
            assertThat(greet(host, "hello", "read")).isEqualTo("nothing");
            assertThat(greet(host, "second", "read")).isEqualTo("second");
            assertThat(home.resolve("data/second/note")).exists();

            host.patchConfig("hello", "second", Map.of("word", "ill"));
            await().until(() -> host.health("hello", "second").level() == Health.Level.UNHEALTHY);
            assertThat(host.health("hello").level()).isEqualTo(Health.Level.HEALTHY);
            assertThat(host.config("hello")).isEmpty();

            host.reload("hello", "second", ReloadOptions.gentle());
            assertThat(host.instance("hello", "second").orElseThrow().generation())
                    .hasValue(2);
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(1);
            await().until(() -> host.verdicts("hello", "second").size() == 1);
            assertThat(host.verdicts("hello")).isEmpty();
            assertThat(host.extensions(Greeter.class))
                    .extracting(ExtensionHandle::instance)
                    .containsExactly("hello", "second");
        }
    }

    @Test
    void they_survive_a_restart_with_what_was_set_of_them() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = builder().start()) {
            host.putInstance("hello", "second", word("two"));
            host.putInstance("hello", "third", word("three"));
            host.putInstance("hello", "fourth", word("four"));
            host.disable("hello", "third");
            host.removeInstance("hello", "fourth", false);
            host.disable("hello", "hello");
        }
        try (var host = builder().start()) {
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 two");
            assertThat(host.instance("hello", "third").orElseThrow().state()).isEqualTo(PluginState.DISABLED);
            assertThat(host.config("hello", "third")).isEqualTo(Map.of("word", "three"));
            assertThat(host.instance("hello", "fourth")).isEmpty();
            assertThat(host.plugin("hello").orElseThrow().state()).isEqualTo(PluginState.DISABLED);
            assertThat(host.plugin("hello").orElseThrow().enabled()).isTrue();
            host.enable("hello", "hello");
            assertThat(greet(host, "hello", "")).isEqualTo("hello 1.0.0 hi");
        }
    }

    @Test
    void one_with_an_invalid_configuration_or_that_does_not_start_is_refused_and_leaves_nothing() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = builder().start()) {
            PlugbayException invalid =
                    failure(() -> host.putInstance("hello", "second", InstanceSpec.of(Map.of("times", 0))));
            assertThat(invalid.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
            assertThat(invalid.pointer()).contains("/times");
            assertThat(failure(() -> host.putInstance("hello", "second", word("throw")))
                            .code())
                    .isEqualTo(ErrorCode.START_FAILED);
            assertThat(host.instances("hello")).hasSize(1);
            assertThat(home.resolve("data/second")).doesNotExist();
            assertThat(host.putInstance("hello", "second", word("good")).state())
                    .isEqualTo(PluginState.RUNNING);

            assertThat(failure(() -> host.putInstance("hello", "second", word("bad"))))
                    .hasMessageContaining("not that word");
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 good");
            assertThat(host.config("hello", "second")).isEqualTo(Map.of("word", "good"));
        }
        try (var host = builder().start()) {
            assertThat(host.instances("hello")).hasSize(2);
        }
    }

    @Test
    void a_new_version_reloads_each_and_one_that_fails_stays_behind_alone() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder, "hello.jar");
        try (var host = builder().start()) {
            host.putInstance("hello", "second", InstanceSpec.of(Map.of("refuses", "2.0.0")));
            host.putInstance("hello", "third", word("three"));
            InstancesFixture.plugin("hello", "2.0.0").to(folder, "hello.jar");
            await().untilAsserted(() -> {
                assertThat(greet(host, "hello", "")).startsWith("hello 2.0.0");
                assertThat(greet(host, "third", "")).startsWith("third 2.0.0");
                assertThat(host.instance("hello", "second").orElseThrow().problem())
                        .isPresent();
            });
            var second = host.instance("hello", "second").orElseThrow();
            assertThat(greet(host, "second", "")).startsWith("second 1.0.0");
            assertThat(second.problem().orElseThrow().code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(second.problem().orElseThrow().instance()).contains("second");
            assertThat(second.version()).contains("1.0.0");
            assertThat(host.plugin("hello").orElseThrow().problem()).isEmpty();

            InstancesFixture.plugin("hello", "3.0.0").to(folder, "hello.jar");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(greet(host, "second", "")).startsWith("second 3.0.0");
                assertThat(host.instance("hello", "second").orElseThrow().problem())
                        .isEmpty();
            });
        }
    }

    @Test
    void named_ones_run_while_the_default_one_waits_for_its_configuration() {
        InstancesFixture.plugin("hello", "1.0.0")
                .with(
                        "configSchema",
                        Map.of(
                                "type", "object",
                                "required", List.of("word"),
                                "properties", Map.of("word", Map.of("type", "string"))))
                .to(folder);
        try (var host = builder().start()) {
            assertThat(host.plugin("hello").orElseThrow().state()).isEqualTo(PluginState.LOADED);
            assertThat(failure(() -> host.putInstance("hello", "second", InstanceSpec.of(Map.of())))
                            .code())
                    .isEqualTo(ErrorCode.INVALID_CONFIG);
            host.putInstance("hello", "second", word("two"));
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 two");
            assertThat(host.reload("hello", ReloadOptions.gentle()).state()).isEqualTo(PluginState.LOADED);
            assertThat(host.instance("hello", "second").orElseThrow().generation())
                    .hasValue(2);
        }
    }

    @Test
    void what_is_done_to_the_plugin_is_done_to_each() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = builder().start()) {
            host.putInstance("hello", "second", word("two"));
            host.putInstance("hello", "off", new InstanceSpec(false, Map.of()));
            host.stop("hello");
            assertThat(states(host)).containsExactly(PluginState.STOPPED, PluginState.DISABLED, PluginState.STOPPED);
            host.start("hello");
            assertThat(states(host)).containsExactly(PluginState.RUNNING, PluginState.DISABLED, PluginState.RUNNING);
            host.unload("hello");
            host.load("hello");
            host.disable("hello");
            assertThat(states(host)).containsOnly(PluginState.DISABLED);
            assertThat(failure(() -> host.start("hello", "second")).remedy().orElseThrow())
                    .contains("plugins enable hello");
            host.putInstance("hello", "third", word("three"));
            assertThat(host.instance("hello", "third").orElseThrow().state()).isEqualTo(PluginState.DISABLED);
            host.enable("hello");
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 two");
            assertThat(greet(host, "third", "")).isEqualTo("third 1.0.0 three");
            assertThat(host.instance("hello", "off").orElseThrow().state()).isEqualTo(PluginState.DISABLED);
            assertThat(failure(() -> host.start("hello", "off")).remedy().orElseThrow())
                    .contains("--instance off");
            host.remove("hello", true);
            assertThat(host.plugin("hello")).isEmpty();
            assertThat(host.find(Greeter.class, "second")).isEmpty();
        }
        assertThat(home.resolve("data/second")).doesNotExist();
    }

    private static List<PluginState> states(PluginHost host) {
        return host.instances("hello").stream()
                .map(PluginStatus.InstanceStatus::state)
                .toList();
    }

    @Test
    void the_configuration_of_one_changes_a_hundred_times_and_callers_of_the_other_notice_nothing() throws Exception {
        InstancesFixture.plugin("hello", "1.0.0")
                .with("reloadOnConfigChange", true)
                .to(folder);
        try (var host = Plugins.patient(folder).home(home).start()) {
            host.putInstance("hello", "second", word("two"));
            host.reload("hello", "second", ReloadOptions.gentle());
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                host.settleVerdicts();
                List<UnloadVerdict> verdicts = host.verdicts("hello", "second");
                return !verdicts.isEmpty() && verdicts.getFirst().outcome() == UnloadVerdict.Outcome.RELEASED;
            });
            var before = host.instance("hello", "second").orElseThrow();
            Queue<String> wrong = new ConcurrentLinkedQueue<>();
            AtomicLong calls = new AtomicLong();
            AtomicBoolean stop = new AtomicBoolean();
            Greeter second = host.extension(Greeter.class, "second");
            List<Thread> callers = java.util.stream.IntStream.range(0, 4)
                    .mapToObj(i -> Thread.ofPlatform().start(() -> {
                        while (!stop.get()) {
                            try {
                                String answer = second.greet("");
                                if (!answer.equals("second 1.0.0 two")) {
                                    wrong.add(answer);
                                }
                                calls.incrementAndGet();
                            } catch (RuntimeException failure) {
                                wrong.add(failure.toString());
                            }
                        }
                    }))
                    .toList();
            try {
                for (int i = 1; i <= 100; i++) {
                    host.patchConfig("hello", Map.of("word", "w" + i));
                }
            } finally {
                stop.set(true);
                for (Thread caller : callers) {
                    caller.join();
                }
            }
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(101);
            assertThat(wrong).isEmpty();
            assertThat(calls.get()).isPositive();
            assertThat(host.instance("hello", "second").orElseThrow()).isEqualTo(before);
        }
    }

    @Test
    void one_whose_hook_hangs_keeps_the_other_from_nothing() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        CountDownLatch letGo = new CountDownLatch(1);
        dev.plugbay.example.Reach.connect(hangs -> {
            try {
                letGo.await();
            } catch (InterruptedException late) {
                throw new IllegalStateException(late);
            }
        });
        try (var host = builder()
                .with(settings -> settings.hookTimeout(Duration.ofSeconds(60)))
                .start()) {
            host.putInstance("hello", "second", word("two"));
            Thread hanging =
                    Thread.ofVirtual().start(() -> failure(() -> host.putInstance("hello", "third", word("hang"))));
            await().until(() -> host.instance("hello", "third").isPresent());
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 two");
            assertThat(host.reload("hello", "second", ReloadOptions.gentle()).generation())
                    .hasValue(2);
            host.patchConfig("hello", "second", Map.of("word", "new"));
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 new");
            assertThat(hanging.isAlive()).isTrue(); // all of that while the other hung
            letGo.countDown();
            await().until(() -> host.instance("hello", "third").isEmpty());
        } finally {
            letGo.countDown();
            dev.plugbay.example.Reach.connect(id -> {});
        }
    }
}
