package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a context lends, and to whom. */
class ContextTest {
    private static final Map<String, Object> SCHEMA = Map.of(
            "type",
            "object",
            "properties",
            Map.of(
                    "word", Map.of("type", "string", "default", "hi"),
                    "times", Map.of("type", "integer", "minimum", 1, "default", 1),
                    "token", Map.of("type", "string", "writeOnly", true)));

    /** Answers with what the context says; refuses the word "bad". */
    private static final String CONFIGURED = """
            package acme;
            public final class Hello implements dev.plugbay.example.Greeter {
                private final dev.plugbay.api.PluginContext context;
                Hello(dev.plugbay.api.PluginContext context) { this.context = context; }
                @Override public String greet(String name) {
                    if (name.equals("remember")) { context.updateConfig(java.util.Map.of("word", "remembered")); }
                    return context.config().get("word") + " x" + context.config().get("times");
                }
            }
            """;

    private static final String CHOOSY = """
            package acme;
            public final class Main implements dev.plugbay.api.Plugin {
                @Override public void configChanged(dev.plugbay.api.PluginContext context) {
                    if ("bad".equals(context.config().get("word"))) { throw new IllegalArgumentException("not that word"); }
                }
            }
            """;

    @TempDir
    Path folder;

    @TempDir
    Path home;

    private Jars configured() {
        return Jars.plugin("hello", "1.0.0")
                .source(CHOOSY)
                .extension(Greeter.class, CONFIGURED)
                .with("configSchema", SCHEMA);
    }

    @ParameterizedTest
    @CsvSource({
        "storage, context.storage()",
        "data, context.dataFolder()",
        "events, context.events()",
        "schedule, context.scheduler()",
        "threads, context.executor()",
        "threads, context.threadFactory()",
        "config:write, context.updateConfig(java.util.Map.of())"
    })
    void a_service_that_the_manifest_does_not_declare_is_refused(String service, String use) {
        String body = "@Override public void start(dev.plugbay.api.PluginContext context) { " + use + "; }";
        Plugins.main("asks", "1.0.0", body).to(folder);
        try (var host = Plugins.host(folder).start()) {
            Problem problem = host.plugin("asks").orElseThrow().problem().orElseThrow();
            assertThat(problem.code()).isEqualTo(ErrorCode.START_FAILED);
            assertThat(problem.detail()).contains("\"" + service + "\"");
        }
        Plugins.main("asks", "1.0.1", body).host(service).to(folder);
        try (var host = Plugins.host(folder).start()) {
            assertThat(host.plugin("asks").orElseThrow().problem()).isEmpty();
        }
    }

    @Test
    void a_valid_config_reaches_the_plugin_and_survives_the_host() {
        configured().to(folder);
        try (var host = Plugins.host(folder).home(home).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            assertThat(greeter.greet("x")).isEqualTo("hi x1");
            host.patchConfig("hello", Map.of("word", "hello", "times", 3));
            assertThat(greeter.greet("x")).isEqualTo("hello x3");
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(1);
        }
        try (var host = Plugins.host(folder).home(home).start()) {
            assertThat(host.extension(Greeter.class, "hello").greet("x")).isEqualTo("hello x3");
        }
    }

    @Test
    void an_invalid_config_is_refused_with_its_pointer_and_changes_nothing() {
        configured().to(folder);
        try (var host = Plugins.host(folder).start()) {
            PlugbayException failure = catchThrowableOfType(
                    PlugbayException.class, () -> host.patchConfig("hello", Map.of("word", "hello", "times", 0)));
            assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
            assertThat(failure.pointer()).contains("/times");
            assertThat(host.config("hello")).isEmpty();
            assertThat(host.extension(Greeter.class, "hello").greet("x")).isEqualTo("hi x1");
        }
    }

    @Test
    void a_config_that_the_plugin_refuses_is_taken_back() {
        configured().to(folder);
        try (var host = Plugins.host(folder).start()) {
            host.patchConfig("hello", Map.of("word", "good"));
            assertThatThrownBy(() -> host.patchConfig("hello", Map.of("word", "bad")))
                    .hasMessageContaining("not that word");
            assertThat(host.config("hello")).containsEntry("word", "good");
            assertThat(host.extension(Greeter.class, "hello").greet("x")).isEqualTo("good x1");
        }
    }

    @Test
    void a_plugin_that_wants_it_is_reloaded_for_a_config_change() {
        configured().with("reloadOnConfigChange", true).to(folder);
        try (var host = Plugins.host(folder).start()) {
            host.patchConfig("hello", Map.of("word", "bad"));
            assertThat(host.extension(Greeter.class, "hello").greet("x")).isEqualTo("bad x1");
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(2);
        }
    }

    @Test
    void a_secret_is_masked_and_the_mask_put_back_keeps_it() {
        configured().to(folder);
        try (var host = Plugins.host(folder).start()) {
            host.patchConfig("hello", Map.of("token", "swordfish"));
            Map<String, Object> shown = host.config("hello");
            assertThat(shown.get("token")).isNotEqualTo("swordfish");
            host.configure("hello", shown);
            PlugbayException failure = catchThrowableOfType(
                    PlugbayException.class, () -> host.patchConfig("hello", Map.of("token", List.of("swordfish"))));
            assertThat(failure.detail() + failure.remedy() + failure.details()).doesNotContain("swordfish");
            assertThat(host.plugin("hello").orElseThrow().toString()).doesNotContain("swordfish");
        }
    }

    @Test
    void a_plugin_keeps_its_own_change() {
        configured().host("config:write").to(folder);
        try (var host = Plugins.host(folder).home(home).start()) {
            assertThat(host.extension(Greeter.class, "hello").greet("remember")).isEqualTo("remembered x1");
        }
        try (var host = Plugins.host(folder).home(home).start()) {
            assertThat(host.config("hello")).containsEntry("word", "remembered");
        }
    }

    @Test
    void changes_by_the_plugin_and_by_the_operator_that_cross_are_both_kept() {
        configured().host("config:write").to(folder);
        AtomicReference<Runnable> crossing = new AtomicReference<>(() -> {});
        try (var host = Plugins.host(folder)
                .validator(new ConfigValidator() {
                    private final ConfigValidator basic = new BasicConfigValidator();

                    @Override
                    public void checkSchema(Map<String, Object> schema) {
                        basic.checkSchema(schema);
                    }

                    @Override
                    public Map<String, Object> validate(Map<String, Object> schema, Map<String, Object> config) {
                        crossing.getAndSet(() -> {}).run();
                        return basic.validate(schema, config);
                    }
                })
                .start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            host.configure("hello", Map.of("word", "forgotten"));
            crossing.set(() -> CompletableFuture.runAsync(() -> greeter.greet("remember"), Thread::startVirtualThread)
                    .join()); // after the operator's change was made from what is stored, before it is stored
            host.patchConfig("hello", Map.of("times", 3));
            assertThat(host.config("hello")).containsEntry("word", "remembered").containsEntry("times", 3);
            assertThat(greeter.greet("you")).isEqualTo("remembered x3");
        }
    }

    @Test
    void a_plugin_changes_nothing_itself_while_it_is_brought_a_change() {
        Plugins.main(
                        "hello",
                        "1.0.0",
                        "@Override public void configChanged(dev.plugbay.api.PluginContext c) {"
                                + " c.updateConfig(java.util.Map.of(\"word\", \"mine\")); }")
                .with("configSchema", SCHEMA)
                .host("config:write")
                .to(folder);
        try (var host = Plugins.host(folder).start()) {
            assertThatThrownBy(() -> host.patchConfig("hello", Map.of("times", 2)))
                    .isInstanceOfSatisfying(
                            PlugbayException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG))
                    .hasMessageContaining("is being changed");
            assertThat(host.config("hello")).doesNotContainKey("times");
        }
    }

    @Test
    void what_the_plugin_writes_while_it_is_reloaded_is_in_force_in_the_new_generation() {
        configured().host("config:write").to(folder, "hello.jar");
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            Jars.plugin("hello", "1.1.0")
                    .source(
                            CHOOSY.replace(
                                    "@Override",
                                    "@Override public void start(dev.plugbay.api.PluginContext context) { dev.plugbay.example.Reach.host(\"started\"); } @Override"))
                    .extension(Greeter.class, CONFIGURED)
                    .with("configSchema", SCHEMA)
                    .host("config:write")
                    .to(folder, "hello.jar");
            dev.plugbay.example.Reach.connect(started -> CompletableFuture.supplyAsync(
                            () -> greeter.greet("remember"), Thread::startVirtualThread)
                    .join());
            host.reload("hello", ReloadOptions.gentle());
            assertThat(host.plugin("hello").orElseThrow().version()).isEqualTo("1.1.0");
            assertThat(greeter.greet("x")).isEqualTo("remembered x1");
            assertThat(host.config("hello")).containsEntry("word", "remembered");
        } finally {
            dev.plugbay.example.Reach.connect(id -> {});
        }
    }

    @Test
    void what_the_builder_sets_is_read_only() {
        configured().to(folder);
        try (var host =
                Plugins.host(folder).config("hello", Map.of("word", "fixed")).start()) {
            assertThat(host.extension(Greeter.class, "hello").greet("x")).isEqualTo("fixed x1");
            PlugbayException failure = catchThrowableOfType(
                    PlugbayException.class, () -> host.patchConfig("hello", Map.of("word", "other")));
            assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
            assertThat(failure).hasMessageContaining("the host's builder");
        }
    }

    @Test
    void a_closed_context_lends_nothing() throws Exception {
        Jars.plugin("hello", "1.0.0").source("""
                        package acme;
                        public final class Main implements dev.plugbay.api.Plugin {
                            @Override public void stop(dev.plugbay.api.PluginContext context) throws Exception {
                                Thread late = new Thread(() -> {
                                    while (true) {
                                        try { context.scheduler(); java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); }
                                        catch (RuntimeException refused) { System.setProperty("context.refused", refused.getMessage()); return; }
                                    }
                                });
                                late.setDaemon(true);
                                late.start();
                            }
                        }
                        """).host("schedule").to(folder);
        System.clearProperty("context.refused");
        try (var host = Plugins.host(folder).start()) {
            host.unload("hello");
            org.awaitility.Awaitility.await().until(() -> System.getProperty("context.refused") != null);
            assertThat(System.getProperty("context.refused")).contains("lends nothing any more");
        } finally {
            System.clearProperty("context.refused");
        }
    }
}
