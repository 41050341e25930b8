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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What plugins change of their configuration before they serve. */
class StagedConfigTest {
    private static final String SHOWS = """
            package acme;
            public final class Hello implements dev.plugbay.example.Greeter {
                private final dev.plugbay.api.PluginContext context;
                Hello(dev.plugbay.api.PluginContext context) { this.context = context; }
                @Override public String greet(String change) {
                    if (!change.isEmpty()) { context.updateConfig(java.util.Map.of(change, "changed")); }
                    return new java.util.TreeMap<>(context.config()).toString();
                }
            }
            """;

    @TempDir
    Path folder;

    @TempDir
    Path home;

    @AfterEach
    void disconnect() {
        Reach.connect(what -> {});
    }

    /** A version with these keys, all text, of which the first is required; {@code start} is what it does at its start. */
    private static Jars version(String version, List<String> keys, String start) {
        Map<String, Object> properties = new java.util.TreeMap<>();
        keys.forEach(key -> properties.put(key, Map.of("type", "string")));
        return Jars.plugin("hello", version)
                .source("""
                        package acme;
                        public final class Main implements dev.plugbay.api.Plugin {
                            @Override public void start(dev.plugbay.api.PluginContext context) { %s }
                        }
                        """.formatted(start))
                .extension(Greeter.class, SHOWS)
                .with(
                        "configSchema",
                        Map.of(
                                "type",
                                "object",
                                "properties",
                                properties,
                                "required",
                                List.of(keys.getFirst()),
                                "additionalProperties",
                                false))
                .host("config:write");
    }

    private static Jars old() {
        return version("1.0.0", List.of("host", "note"), "");
    }

    /** One that brings the old configuration into its own form. */
    private static Jars migrating(String further) {
        return version("2.0.0", List.of("host", "uri"), """
                java.util.Map<String, Object> patch = new java.util.HashMap<>();
                patch.put("note", null);
                patch.put("uri", "of " + context.config().get("host"));
                context.updateConfig(patch);
                %s
                """.formatted(further));
    }

    private PluginHost host() {
        return Plugins.host(folder).home(home).hotReload(false).start();
    }

    @Test
    void a_version_that_is_rolled_back_has_changed_no_configuration() {
        old().to(folder, "hello.jar");
        try (PluginHost host = host()) {
            host.configure("hello", Map.of("host", "here"));
            migrating(
                            "if (context.config().get(\"uri\").equals(\"of here\")) { throw new IllegalStateException(\"not today\"); }")
                    .to(folder, "hello.jar");

            PlugbayException failure =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("hello", ReloadOptions.gentle()));

            assertThat(failure.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(failure).hasMessageContaining("not today");
            assertThat(host.config("hello")).isEqualTo(Map.of("host", "here"));
            host.patchConfig("hello", Map.of("note", "still the old form"));
            assertThat(host.extension(Greeter.class, "hello").greet(""))
                    .isEqualTo("{host=here, note=still the old form}");
        }
    }

    @Test
    void what_a_version_changes_at_its_start_is_kept_when_it_serves() {
        old().to(folder, "hello.jar");
        try (PluginHost host = host()) {
            host.configure("hello", Map.of("host", "here"));
            migrating("").to(folder, "hello.jar");

            host.reload("hello", ReloadOptions.gentle());

            assertThat(host.config("hello")).isEqualTo(Map.of("host", "here", "uri", "of here"));
            Greeter greeter = host.extension(Greeter.class, "hello");
            assertThat(greeter.greet("")).isEqualTo("{host=here, uri=of here}");
            assertThat(greeter.greet("uri")).isEqualTo("{host=here, uri=changed}");
        }
        try (PluginHost host = host()) {
            assertThat(host.config("hello")).isEqualTo(Map.of("host", "here", "uri", "of here"));
        }
    }

    @Test
    void what_an_instance_changes_at_its_first_start_is_added_to_what_it_was_given() {
        version("1.0.0", List.of("host", "id"), "context.updateConfig(java.util.Map.of(\"id\", \"made\"));")
                .to(folder, "hello.jar");
        try (PluginHost host = host()) {
            host.putInstance("hello", "second", InstanceSpec.of(Map.of("host", "there")));

            assertThat(host.config("hello", "second")).isEqualTo(Map.of("host", "there", "id", "made"));
            assertThat(host.extension(Greeter.class, "second").greet("")).isEqualTo("{host=there, id=made}");
        }
    }

    /** What the old one wrote last does not fit the new one: that one serves all the same, and what is amiss is shown. */
    @Test
    void a_reload_that_took_place_is_not_refused_for_what_the_old_generation_wrote_meanwhile() {
        old().to(folder, "hello.jar");
        try (PluginHost host = host()) {
            host.configure("hello", Map.of("host", "here"));
            Greeter greeter = host.extension(Greeter.class, "hello");
            version("2.0.0", List.of("host"), "dev.plugbay.example.Reach.host(\"started\");")
                    .to(folder, "hello.jar");
            Reach.connect(what -> CompletableFuture.supplyAsync(() -> greeter.greet("note"), Thread::startVirtualThread)
                    .join());

            host.reload("hello", ReloadOptions.gentle());

            PluginStatus status = host.plugin("hello").orElseThrow();
            assertThat(status.version()).isEqualTo("2.0.0");
            assertThat(status.problem().orElseThrow().code()).isEqualTo(ErrorCode.INVALID_CONFIG);
            assertThat(status.problem().orElseThrow().detail()).contains("note");
            assertThat(greeter.greet("")).isEqualTo("{host=here}");
            disconnect();
            host.stop("hello");
            host.configure("hello", Map.of("host", "again"));
            host.start("hello");
            assertThat(host.plugin("hello").orElseThrow().version()).isEqualTo("2.0.0");
            assertThat(greeter.greet("")).isEqualTo("{host=again}");
        }
    }

    /** Each reload would change it again at its start. */
    @Test
    void a_change_at_the_start_that_cannot_be_kept_is_in_force_and_told_and_reloads_nothing() {
        AtomicBoolean full = new AtomicBoolean();
        version("1.0.0", List.of("host", "id"), "context.updateConfig(java.util.Map.of(\"id\", \"made\"));")
                .with("reloadOnConfigChange", true)
                .to(folder, "hello.jar");
        HostBuilder builder = Plugins.host(folder).home(home).store(Stores.of(home, method -> {
            if (full.get() && method.equals("save")) {
                throw new PlugbayException(ErrorCode.INSUFFICIENT_STORAGE, "No space is left.");
            }
        }));
        try (PluginHost host = builder.start()) {
            host.configure("hello", Map.of("host", "here"));
            host.stop("hello");
            host.configure("hello", Map.of("host", "here"));
            full.set(true);
            host.start("hello");
            int generation = host.plugin("hello").orElseThrow().generation().orElseThrow();
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                PluginStatus status = host.plugin("hello").orElseThrow();
                assertThat(status.generation()).hasValue(generation);
                assertThat(status.problem().orElseThrow().code()).isEqualTo(ErrorCode.INSUFFICIENT_STORAGE);
            });
            assertThat(host.extension(Greeter.class, "hello").greet("")).isEqualTo("{host=here, id=made}");
            assertThat(host.config("hello")).isEqualTo(Map.of("host", "here"));
            full.set(false);
            host.reload("hello", ReloadOptions.gentle());
            assertThat(host.plugin("hello").orElseThrow().problem()).isEmpty();
            assertThat(host.config("hello")).isEqualTo(Map.of("host", "here", "id", "made"));

            host.stop("hello");
            host.configure("hello", Map.of("host", "here"));
            full.set(true);
            host.start("hello");
            assertThat(host.plugin("hello").orElseThrow().problem()).isPresent();
            full.set(false);
            assertThat(host.extension(Greeter.class, "hello").greet("id")).isEqualTo("{host=here, id=changed}");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(host.plugin("hello").orElseThrow().problem())
                                    .as("it is over when the plugin itself has kept it after all")
                                    .isEmpty());
        }
    }

    @Test
    void what_breaks_the_schema_is_refused_at_once_though_it_would_be_kept_later() {
        version("1.0.0", List.of("host"), """
                try { context.updateConfig(java.util.Map.of("unknown", "x")); }
                catch (dev.plugbay.api.PlugbayException refused) { dev.plugbay.example.Reach.host(refused.code().id()); }
                """).to(folder, "hello.jar");
        List<String> told = new java.util.concurrent.CopyOnWriteArrayList<>();
        Reach.connect(told::add);
        try (PluginHost host = host()) {
            host.configure("hello", Map.of("host", "here"));
            assertThat(told).contains("InvalidConfig");
            assertThat(host.config("hello")).isEqualTo(Map.of("host", "here"));
        }
    }
}
