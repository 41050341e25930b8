package dev.plugbay.runtime;

import static dev.plugbay.runtime.InstancesFixture.failure;
import static dev.plugbay.runtime.InstancesFixture.greet;
import static dev.plugbay.runtime.InstancesFixture.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
}
