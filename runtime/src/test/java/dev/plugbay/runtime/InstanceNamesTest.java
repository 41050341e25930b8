package dev.plugbay.runtime;

import static dev.plugbay.runtime.InstancesFixture.failure;
import static dev.plugbay.runtime.InstancesFixture.greet;
import static dev.plugbay.runtime.InstancesFixture.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a name is, who may use what is kept under it, and what settings say of it. */
class InstanceNamesTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    private HostBuilder builder() {
        return Plugins.host(folder).home(home);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../second", "Second", "a b", "a/b", "-a", "a..b", "a.", "1a", "a\u0000", "ä", "."})
    void a_name_that_is_no_id_is_refused_before_any_path_is_made(String name) {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = builder().start()) {
            assertThat(failure(() -> host.putInstance("hello", name, word("x"))).code())
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(failure(() -> host.removeInstance("hello", name, true)).code())
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(failure(() -> host.putInstance("hello", "x".repeat(64), word("x")))
                            .code())
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(home.resolve("data")).doesNotExist();
            assertThat(host.instances("hello")).hasSize(1);
        }
    }

    @Test
    void a_name_that_a_plugin_or_an_instance_has_is_refused_with_its_holder() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        InstancesFixture.plugin("other", "1.0.0").to(folder);
        try (var host = builder().start()) {
            host.putInstance("hello", "second", word("two"));
            PlugbayException plugins = failure(() -> host.putInstance("hello", "other", word("x")));
            assertThat(plugins.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(plugins).hasMessageContaining("\"other\" is the id of a plugin");
            PlugbayException instances = failure(() -> host.putInstance("other", "second", word("x")));
            assertThat(instances.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(instances).hasMessageContaining("\"second\" is the name of an instance of hello");
            assertThat(failure(() -> host.addInstance("hello", "second", word("x"))))
                    .hasMessageContaining("already");
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 two");
        }
    }

    @Test
    void a_plugin_that_comes_later_with_an_instances_name_as_id_is_refused_until_the_name_is_free() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = builder().start()) {
            host.putInstance("hello", "second", word("two"));
            greet(host, "second", "write");
            InstancesFixture.plugin("second", "3.0.0").to(folder);
            await().until(() ->
                    host.plugin("second").flatMap(PluginStatus::problem).isPresent());
            Problem problem = host.plugin("second").orElseThrow().problem().orElseThrow();
            assertThat(problem.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(problem.detail()).contains("is the name of an instance of hello");
            assertThat(problem.remedy().orElseThrow()).contains("plugbay instances remove hello second");
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 two");
            assertThat(host.verdicts("second")).isEmpty();

            host.removeInstance("hello", "second", false); // its data is kept, and is no other plugin's
            host.discover();
            assertThat(host.plugin("second").orElseThrow().state()).isEqualTo(PluginState.FAILED);
            assertThat(host.plugin("second")
                            .orElseThrow()
                            .problem()
                            .orElseThrow()
                            .detail())
                    .contains("kept for the data of a removed instance of hello");
            host.removeInstance("hello", "second", true);
            await().until(() -> host.find(Greeter.class, "second").isPresent());
            assertThat(greet(host, "second", "")).isEqualTo("second 3.0.0 hi");
            assertThat(greet(host, "second", "read")).isEqualTo("nothing");
        }
    }

    @Test
    void a_name_stays_its_instances_after_a_restart_even_if_a_plugin_of_that_id_is_there() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = builder().start()) {
            host.putInstance("hello", "a-first", word("one"));
        }
        InstancesFixture.plugin("a-first", "3.0.0").to(folder);
        try (var host = builder().start()) {
            assertThat(greet(host, "a-first", "")).isEqualTo("a-first 1.0.0 one");
            assertThat(host.plugin("a-first")
                            .orElseThrow()
                            .problem()
                            .orElseThrow()
                            .code())
                    .isEqualTo(ErrorCode.CONFLICT);
        }
    }

    @Test
    void a_removed_one_keeps_its_data_for_its_like_unless_it_is_purged() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        InstancesFixture.plugin("other", "1.0.0").to(folder);
        try (var host = builder().start()) {
            host.putInstance("hello", "second", InstanceSpec.of(Map.of("token", "swordfish")));
            Greeter kept = host.extension(Greeter.class, "second");
            greet(host, "second", "count");
            greet(host, "second", "write");
            host.removeInstance("hello", "second", false);
            assertThat(failure(() -> kept.greet("")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(failure(() -> host.removeInstance("hello", "second", false))
                            .code())
                    .isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(failure(() -> host.putInstance("other", "second", word("x"))))
                    .hasMessageContaining("kept for the data of a removed instance of hello");

            host.putInstance("hello", "second", word("again"));
            assertThat(host.config("hello", "second")).doesNotContainKey("token");
            assertThat(greet(host, "second", "count")).isEqualTo("2");
            assertThat(kept.greet("read")).isEqualTo("second");

            host.removeInstance("hello", "second", true);
            assertThat(home.resolve("data/second")).doesNotExist();
            host.putInstance("other", "second", word("x"));
            assertThat(greet(host, "second", "count")).isEqualTo("1");
            assertThat(failure(() -> kept.greet("")).plugin()).contains("hello"); // it never leads to the other's
        }
    }

    @Test
    void the_default_one_is_not_removed() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = builder().start()) {
            PlugbayException refused = failure(() -> host.removeInstance("hello", "hello", true));
            assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(refused.remedy().orElseThrow()).contains("disable");
        }
    }

    @Test
    void what_the_builder_sets_exists_and_is_read_only() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host =
                builder().instance("hello", "second", Map.of("word", "fixed")).start()) {
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 fixed");
            assertThat(host.instance("hello", "second").orElseThrow().origin()).contains("the host's builder");
            for (ThrowingCallable refused : List.<ThrowingCallable>of(
                    () -> host.putInstance("hello", "second", word("x")),
                    () -> host.removeInstance("hello", "second", false),
                    () -> host.patchConfig("hello", "second", Map.of("word", "x")))) {
                assertThat(failure(refused).code()).isEqualTo(ErrorCode.CONFLICT);
                assertThat(failure(refused)).hasMessageContaining("the host's builder");
            }
            host.disable("hello", "second");
            assertThat(host.instance("hello", "second").orElseThrow().state()).isEqualTo(PluginState.DISABLED);
        }
    }

    @Test
    void settings_add_and_take_out_instances_of_a_running_host() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        InstancesFixture.plugin("other", "1.0.0").to(folder);
        try (var host = builder().start()) {
            HostSettings before = host.settings();
            PluginSettings set = new PluginSettings(
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    java.util.Optional.empty(),
                    "a file",
                    Map.of(
                            "second",
                            new InstanceSettings(
                                    java.util.Optional.empty(),
                                    java.util.Optional.of(Map.of("word", "set")),
                                    "a file line 3"),
                            "other",
                            new InstanceSettings(
                                    java.util.Optional.empty(), java.util.Optional.empty(), "a file line 4")));
            host.apply(before.toBuilder().plugins(Map.of("hello", set)).build());
            assertThat(greet(host, "second", "write")).endsWith("note");
            var clash = host.instance("hello", "other").orElseThrow();
            assertThat(clash.state()).isEqualTo(PluginState.FAILED);
            assertThat(clash.problem().orElseThrow().detail()).contains("the id of a plugin");
            assertThat(greet(host, "other", "")).isEqualTo("other 1.0.0 hi");

            host.apply(before);
            assertThat(host.instances("hello")).hasSize(1);
            assertThat(host.find(Greeter.class, "second")).isEmpty();
            host.putInstance("hello", "second", word("mine"));
            assertThat(greet(host, "second", "read")).isEqualTo("second");
        }
    }

    @Test
    void a_secret_of_one_is_masked_and_kept_by_its_mask() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = builder().start()) {
            host.putInstance("hello", "second", InstanceSpec.of(Map.of("token", "swordfish")));
            Map<String, Object> shown = host.config("hello", "second");
            assertThat(shown.get("token")).isEqualTo(Secrets.MASK);
            host.putInstance("hello", "second", InstanceSpec.of(shown));
            assertThat(failure(() -> host.putInstance("hello", "third", InstanceSpec.of(shown)))
                            .code())
                    .isEqualTo(ErrorCode.INVALID_CONFIG);
        }
    }

    @Test
    void data_that_nobody_known_has_left_is_not_handed_out() throws Exception {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        Path other = InstancesFixture.plugin("other", "1.0.0").to(folder);
        try (var host = builder().start()) {
            greet(host, "other", "write");
            Files.delete(other);
            await().until(() -> host.plugin("other").isEmpty());
            PlugbayException refused = failure(() -> host.putInstance("hello", "other", word("x")));
            assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
            host.remove("other", true); // as its remedy says
            host.putInstance("hello", "other", word("x"));
            assertThat(greet(host, "other", "read")).isEqualTo("nothing");
        }
    }
}
