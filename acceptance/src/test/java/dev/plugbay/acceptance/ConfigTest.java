package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Configuration is checked, kept, given to the plugin; and a secret stays one. */
class ConfigTest {
    private static final String SECRET = "hunter2-is-not-a-good-one";

    @RegisterExtension
    final Product plugbay = new Product();

    @BeforeEach
    void aPluginWithConfiguration() {
        plugbay.configureForSpeed();
        PluginJar.compile("1.0.0", """
                package acme.login;

                import dev.plugbay.api.*;

                @PluginInfo(id = "login", config = LoginConfig.class)
                public final class Login implements Plugin {
                    @Override
                    public void start(PluginContext context) {
                        LoginConfig config = context.config(LoginConfig.class);
                        context.logger().info("user {} password {} size {}",
                                config.user(), config.password(), config.password().length());
                    }

                    @Override
                    public void configChanged(PluginContext context) {
                        start(context);
                        if (context.config(LoginConfig.class).user().equals("nobody")) {
                            throw new IllegalStateException(
                                    "cannot log in with " + context.config(LoginConfig.class).password());
                        }
                    }
                }
                """, """
                package acme.login;

                import dev.plugbay.api.ConfigValue;

                public record LoginConfig(
                        @ConfigValue(defaultValue = "guest", pattern = "[a-z]+") String user,
                        @ConfigValue(defaultValue = "none", secret = true) String password,
                        @ConfigValue(defaultValue = "1", min = 1, max = 9) int retries) {}
                """).to(plugbay.drop().resolve("login.jar"));
    }

    @Test
    void what_does_not_fit_is_refused_with_its_pointer_and_changes_nothing() {
        try (Rest rest = plugbay.up().rest()) {
            plugbay.cli("config", "set", "login", "retries=3").succeeded();
            String before = rest.get("/plugins/login/config").toString();

            Rest.Answer refused = rest.send("PATCH", "/plugins/login/config", "{\"retries\": 99, \"user\": \"ann\"}");
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.json().path("code").asString()).isEqualTo("InvalidConfig");
            assertThat(refused.json().path("pointer").asString()).isEqualTo("/retries");
            Ran ran = plugbay.cli("config", "set", "login", "user=Ann").exited(5);
            assertThat(ran.err()).contains("InvalidConfig", "/user");
            assertThat(rest.get("/plugins/login/config").toString()).isEqualTo(before);
            assertThat(log(rest)).doesNotContain("user ann").doesNotContain("user Ann");
        }
    }

    @Test
    void what_fits_reaches_the_plugin_and_survives_a_restart_and_a_kill_right_after_the_answer() {
        Daemon first = plugbay.up();
        try (Rest rest = first.rest()) {
            plugbay.cli("config", "set", "login", "user=ann").succeeded();
            assertThat(log(rest)).contains("user ann");
        }
        first.terminate();

        Daemon second = plugbay.up();
        try (Rest rest = second.rest()) {
            assertThat(log(rest)).contains("user ann");
            Rest.Answer answer = rest.send("PATCH", "/plugins/login/config", "{\"user\": \"bob\"}");
            second.kill();
            assertThat(answer.status()).isEqualTo(200);
        }

        try (Rest rest = plugbay.up().rest()) {
            assertThat(plugbay.cli("config", "get", "login")
                            .succeeded()
                            .json()
                            .path("user")
                            .asString())
                    .isEqualTo("bob");
            assertThat(log(rest)).contains("user bob");
        }
    }

    @Test
    void a_secret_is_shown_nowhere() throws Exception {
        Daemon daemon = plugbay.up();
        Path events = plugbay.work().resolve("events");
        try (Rest rest = daemon.rest();
                Background listener = plugbay.background(events, "events", "--json")) {
            awaitListening(rest, listener);
            StringBuilder shown = new StringBuilder();
            shown.append(
                    plugbay.cli("config", "set", "login", "password=" + SECRET).succeeded());
            // What the test itself typed is no news.
            int typed = shown.indexOf(SECRET);
            shown.delete(typed, typed + SECRET.length());
            shown.append(plugbay.cli("config", "get", "login").succeeded())
                    .append(plugbay.cli("config", "get", "login", "password").succeeded())
                    .append(plugbay.cli("config", "get", "login", "--json").succeeded())
                    .append(plugbay.cli("plugins", "show", "login", "--json").succeeded());
            Rest.Answer failed = rest.send("PATCH", "/plugins/login/config", "{\"user\": \"nobody\"}");
            assertThat(failed.status()).as(failed.body()).isGreaterThanOrEqualTo(400);
            Rest.Answer invalid = rest.send(
                    "PATCH",
                    "/plugins/login/config",
                    "{\"password\": \"" + SECRET + "\", \"retries\": \"" + SECRET + "\"}");
            assertThat(invalid.status()).isEqualTo(422);
            assertThat(rest.post("/plugins/login/reload").status()).isEqualTo(200);
            String log = plugbay.cli("plugins", "log", "login", "-n", "100")
                    .succeeded()
                    .out();
            assertThat(log).contains("size " + SECRET.length());
            shown.append(failed).append(invalid).append(log).append(rest.get("/plugins"));
            shown.append(listener.awaitOutput("config.changed")).append(daemon.output());

            assertThat(shown.toString()).doesNotContain(SECRET);
            JsonNode config = rest.get("/plugins/login/config");
            assertThat(config.path("password").asString()).isEqualTo("********");
        }
        assertThat(filesWith(SECRET)).allMatch(name -> name.startsWith("plugbay.db"));
    }

    private Stream<String> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(plugbay.home())) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> contains(file, text))
                    .map(file -> plugbay.home().relativize(file).toString())
                    .toList()
                    .stream();
        }
    }

    @Test
    void an_edit_of_the_file_while_the_plugins_start_is_in_force_soon_after() {
        plugbay.configureForSpeed();
        Path file = plugbay.home().resolve("plugbay.yaml");
        PluginJar.compile("1.0.0", """
                package acme.editor;

                import java.nio.file.*;

                @dev.plugbay.api.PluginInfo(id = "editor")
                public final class Editor implements dev.plugbay.api.Plugin {
                    @Override
                    public void start(dev.plugbay.api.PluginContext context) throws Exception {
                        Files.writeString(Path.of("FILE"), "  settings: {images: {enabled: false}}\\n", StandardOpenOption.APPEND);
                    }
                }
                """.replace("FILE", file.toString()))
                .to(plugbay.drop().resolve("editor.jar"));
        try (Rest rest = plugbay.up().rest()) {
            await().untilAsserted(() ->
                    assertThat(rest.plugin("images").path("state").asString()).isEqualTo("DISABLED"));
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Makes events until one is heard. */
    private static void awaitListening(Rest rest, Background listener) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    rest.post("/plugins/images/reload");
                    return listener.output().contains("\"images\"");
                });
    }

    private static String log(Rest rest) {
        return rest.get("/plugins/login/log").toString();
    }
}
