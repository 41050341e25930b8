package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several files runs, and what operators do about it. */
class CandidatesTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    private static String version(PluginHost host) {
        return host.plugin("hello").map(PluginStatus::version).orElse("none");
    }

    @Test
    void a_higher_version_beside_a_lower_one_upgrades() {
        Plugins.greeter("1.0.0").to(folder);
        try (var host = Plugins.host(folder).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            Plugins.greeter("1.1.0").to(folder);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> greeter.greet("x").startsWith("1.1.0"));
            assertThat(host.plugin("hello").orElseThrow().candidates())
                    .extracting(Candidate::outcome)
                    .containsExactlyInAnyOrder(Candidate.Outcome.WON, Candidate.Outcome.LOST);
        }
    }

    @Test
    void two_files_of_one_version_with_other_bytes_are_a_conflict_that_names_both_and_what_runs_goes_on() {
        Plugins.greeter("1.0.0").to(folder, "a.jar");
        try (var host = Plugins.host(folder).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            Plugins.greeter("1.0.0").with("description", "other bytes").to(folder, "b.jar");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> host.plugin("hello").orElseThrow().problem().isPresent());
            Problem problem = host.plugin("hello").orElseThrow().problem().orElseThrow();
            assertThat(problem.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(problem.detail()).contains("a.jar").contains("b.jar");
            assertThat(greeter.greet("x")).startsWith("1.0.0");
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(1);
        }
    }

    @Test
    void a_removed_file_unloads_its_plugin() throws Exception {
        Path jar = Plugins.greeter("1.0.0").to(folder);
        try (var host = Plugins.host(folder).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            Files.delete(jar);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> host.plugin("hello").isEmpty());
            PlugbayException failure = catchThrowableOfType(PlugbayException.class, () -> greeter.greet("x"));
            assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        }
    }

    @Test
    void an_unload_by_hand_is_not_undone_until_the_file_changes() {
        Plugins.greeter("1.0.0").to(folder, "hello.jar");
        try (var host = Plugins.host(folder).start()) {
            host.unload("hello");
            host.discover();
            assertThat(host.plugin("hello").orElseThrow().state()).isEqualTo(PluginState.UNLOADED);
            Plugins.greeter("1.1.0").to(folder, "hello.jar");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> host.plugin("hello").orElseThrow().state() == PluginState.RUNNING);
            assertThat(version(host)).isEqualTo("1.1.0");
        }
    }

    @Test
    void a_disabled_plugin_executes_no_code_and_stays_disabled() {
        Plugins.main("hello", "1.0.0", "static { System.setProperty(\"ran\", \"yes\"); }")
                .to(folder);
        try (var host = Plugins.host(folder).home(home).start()) {
            host.disable("hello");
        }
        System.clearProperty("ran");
        try (var host = Plugins.host(folder).home(home).start()) {
            assertThat(host.plugin("hello").orElseThrow().state()).isEqualTo(PluginState.DISABLED);
            assertThat(System.getProperty("ran")).isNull();
            PlugbayException refused = catchThrowableOfType(PlugbayException.class, () -> host.start("hello"));
            assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(host.enable("hello").state()).isEqualTo(PluginState.RUNNING);
            assertThat(System.getProperty("ran")).isEqualTo("yes");
        } finally {
            System.clearProperty("ran");
        }
    }

    @Test
    void an_install_lasts_and_a_dry_run_leaves_nothing() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Path drop = Files.createDirectories(folder.resolve("drop"));
        Path jar = Plugins.greeter("1.0.0").to(elsewhere);
        try (var host = Plugins.host(drop).home(home).start()) {
            assertThat(host.install(jar, true).state()).isEqualTo(PluginState.DISCOVERED);
            assertThat(host.plugin("hello")).isEmpty();
            assertThat(host.install(jar, false).state()).isEqualTo(PluginState.RUNNING);
        }
        Files.delete(jar);
        try (var host = Plugins.host(drop).home(home).start()) {
            assertThat(version(host)).isEqualTo("1.0.0");
            host.remove("hello", true);
            assertThat(host.plugin("hello")).isEmpty();
        }
        try (var host = Plugins.host(drop).home(home).start()) {
            assertThat(host.plugin("hello")).isEmpty();
        }
    }

    @Test
    void a_stopped_plugin_starts_again_as_a_new_generation() {
        Plugins.greeter("1.0.0").to(folder);
        try (var host = Plugins.host(folder).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            assertThat(host.stop("hello").state()).isEqualTo(PluginState.STOPPED);
            assertThat(catchThrowableOfType(PlugbayException.class, () -> greeter.greet("x"))
                            .code())
                    .isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(host.start("hello").generation()).hasValue(2);
            assertThat(greeter.greet("x")).startsWith("1.0.0");
        }
    }

    @Test
    void a_denied_plugin_is_held_and_says_why() {
        Plugins.greeter("1.0.0").to(folder);
        try (var host = Plugins.host(folder)
                .with(settings -> settings.deny(java.util.List.of("hel*")))
                .start()) {
            assertThat(host.discover())
                    .singleElement()
                    .satisfies(candidate -> assertThat(candidate.outcome()).isEqualTo(Candidate.Outcome.HELD));
            assertThat(host.find(Greeter.class, "hello")).isEmpty();
        }
    }

    @Test
    void an_installed_artifact_that_was_damaged_is_shown_with_its_problem_until_it_is_installed_again()
            throws Exception {
        Path jar = Plugins.greeter("1.0.0").to(home.resolve("elsewhere"), "hello.jar");
        try (var host = Plugins.host(folder).home(home).start()) {
            host.install(jar, false);
        }
        Path stored;
        try (var files = Files.walk(home.resolve("artifacts"))) {
            stored = files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.setPosixFilePermissions(stored, PosixFilePermissions.fromString("rw-------"));
        byte[] bytes = Files.readAllBytes(stored);
        bytes[bytes.length / 2] ^= 1;
        Files.write(stored, bytes);
        try (var host = Plugins.host(folder).home(home).start()) {
            PluginStatus shown = host.plugin("hello").orElseThrow();
            assertThat(shown.state()).isEqualTo(PluginState.FAILED);
            assertThat(shown.problem().orElseThrow().code()).isEqualTo(ErrorCode.ARTIFACT_CORRUPT);
            assertThat(shown.problem().orElseThrow().remedy())
                    .hasValueSatisfying(remedy -> assertThat(remedy).contains("Install"));
            assertThat(host.install(jar, false).state()).isEqualTo(PluginState.RUNNING);
            assertThat(host.plugin("hello").orElseThrow().problem()).isEmpty();
            assertThat(host.extension(Greeter.class, "hello").greet("x")).startsWith("1.0.0");
        }
    }

    @Test
    void health_is_asked_anew_when_the_configuration_has_changed() {
        Plugins.main("ill", "1.0.0", """
                private volatile dev.plugbay.api.Health health = dev.plugbay.api.Health.unhealthy("no folder");
                @Override public void configChanged(dev.plugbay.api.PluginContext context) {
                    health = dev.plugbay.api.Health.healthy();
                }
                @Override public dev.plugbay.api.Health health() { return health; }
                """).to(folder);
        try (var host = Plugins.host(folder)
                .with(settings -> settings.healthInterval(Duration.ofHours(1)))
                .start()) {
            assertThat(host.plugin("ill").orElseThrow().health().level()).isEqualTo(Health.Level.UNHEALTHY);
            host.configure("ill", Map.of());
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(
                                    host.plugin("ill").orElseThrow().health().level())
                            .isEqualTo(Health.Level.HEALTHY));
        }
    }

    @Test
    void to_purge_a_dropped_version_over_a_bundled_one_is_refused_because_that_goes_on_with_the_data()
            throws Exception {
        Path bundled = Files.createDirectories(home.resolve("bundled"));
        InstancesFixture.plugin("hello", "1.0.0").to(bundled);
        Path dropped = InstancesFixture.plugin("hello", "1.1.0").to(folder);
        HostSettings settings = HostSettings.defaults().toBuilder()
                .folders(List.of(new PluginFolder(bundled, "bundled"), new PluginFolder(folder, "path")))
                .build();
        try (var host = Plugbay.builder()
                .api(Greeter.class)
                .home(home.resolve("home"))
                .settings(settings)
                .start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            assertThat(greeter.greet("x")).startsWith("hello 1.1.0");
            greeter.greet("count");
            host.putInstance("hello", "second", InstancesFixture.word("two"));
            PlugbayException refused = catchThrowableOfType(PlugbayException.class, () -> host.remove("hello", true));
            assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(refused.remedy().orElseThrow()).contains("plugbay plugins remove hello");
            assertThat(dropped).exists();
            assertThat(greeter.greet("count")).isEqualTo("2");

            host.remove("hello", false); // as its remedy says
            assertThat(greeter.greet("x")).startsWith("hello 1.0.0");
            assertThat(greeter.greet("count")).isEqualTo("3");
            assertThat(host.extension(Greeter.class, "second").greet("x")).isEqualTo("second 1.0.0 two");
            assertThat(catchThrowableOfType(PlugbayException.class, () -> host.remove("hello", true))
                            .code())
                    .isEqualTo(ErrorCode.CONFLICT);
        }
    }
}
