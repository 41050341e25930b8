package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.HostSettings;
import dev.plugbay.runtime.InstanceSettings;
import dev.plugbay.runtime.PluginFolder;
import dev.plugbay.runtime.PluginSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();
    private boolean here;

    @Test
    void without_a_file_everything_has_its_default() throws Exception {
        Settings settings = read("");
        assertThat(settings.listenHost()).isEqualTo("127.0.0.1");
        assertThat(settings.listenPort()).isEqualTo(7420);
        assertThat(settings.host().toBuilder().folders(java.util.List.of()).build())
                .isEqualTo(HostSettings.defaults());
    }

    @Test
    void every_key_of_the_file_takes_effect() throws Exception {
        Settings settings = read("""
                listen: localhost:0
                exports: {allow: [/srv/a, ~/b]}
                plugins:
                  enabled: true
                  folders: [/x, ~/y]
                  allow: [a, b-*]
                  deny: [c]
                  autoload: false
                  hotReload: false
                  settle: 0
                  poll: 1m
                  healthInterval: 2h
                  hookTimeout: 5s
                  drain: 250ms
                  handoverGap: 1s
                  cancelGrace: 2s
                  gcNudge: 0
                  maxDraining: 2
                  maxLeaked: 7
                  isolation: in-process
                  settings:
                    images:
                      enabled: false
                      config: {folder: /srv/images, deep: {on: 012}}
                """);
        HostSettings host = settings.host();
        assertThat(settings.listenPort()).isZero();
        assertThat(settings.exportsAllow()).containsExactly(Path.of("/srv/a"), Path.of("/users/u/b"));
        assertThat(host.folders()).extracting(PluginFolder::path).containsExactly(Path.of("/x"), Path.of("/users/u/y"));
        assertThat(host.allow()).containsExactly("a", "b-*");
        assertThat(host.deny()).containsExactly("c");
        assertThat(host.autoload()).isFalse();
        assertThat(host.hotReload()).isFalse();
        assertThat(host.settle()).isZero();
        assertThat(host.handoverGap()).isEqualTo(java.time.Duration.ofSeconds(1));
        assertThat(host.poll()).isEqualTo(Duration.ofMinutes(1));
        assertThat(host.healthInterval()).isEqualTo(Duration.ofHours(2));
        assertThat(host.hookTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(host.drain()).isEqualTo(Duration.ofMillis(250));
        assertThat(host.cancelGrace()).isEqualTo(Duration.ofSeconds(2));
        assertThat(host.gcNudge()).isZero();
        assertThat(host.maxDraining()).isEqualTo(2);
        assertThat(host.maxLeaked()).isEqualTo(7);
        assertThat(images(host).enabled()).contains(false);
        assertThat(images(host).config().orElseThrow())
                .containsEntry("folder", "/srv/images")
                .containsEntry("deep", Map.of("on", "012"));
        assertThat(images(host).origin()).isEqualTo("plugbay.yaml line 24");
    }

    @Test
    void an_unknown_key_is_refused_with_its_line_and_the_nearest_known_one() throws Exception {
        PlugbayException failure = refused("listen: 127.0.0.1:1\nplugins:\n  hotreload: true\n");
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(failure.detail())
                .contains("line 3")
                .contains("\"plugins.hotreload\"")
                .contains("\"plugins.hotReload\"");
        assertThat(refused("plugin: {}\n").detail()).contains("line 1").contains("\"plugins\"");
        assertThat(refused("plugins:\n settings:\n  images:\n   confg: {}\n").detail())
                .contains("line 4")
                .contains("\"config\"");
    }

    @Test
    void a_value_of_the_wrong_kind_is_refused_and_not_shown() throws Exception {
        for (String line : new String[] {
            "settle: 5 parsecs",
            "settle: [hunter2]",
            "hotReload: hunter2",
            "maxLeaked: 0",
            "maxLeaked: hunter2",
            "allow: hunter2",
            "poll: 0",
            "folders: {a: hunter2}",
            "settings: [hunter2]"
        }) {
            PlugbayException failure = refused("plugins:\n  " + line + "\n");
            assertThat(failure.code()).as(line).isEqualTo(ErrorCode.INVALID_CONFIG);
            assertThat(failure.detail())
                    .as(line)
                    .contains("line 2")
                    .doesNotContain("hunter2")
                    .doesNotContain("parsecs");
        }
        assertThat(refused("plugins:\n  settle: x\n").pointer()).contains("/plugins/settle");
    }

    @Test
    void what_is_no_yaml_or_says_a_thing_twice_is_refused_with_the_line() throws Exception {
        assertThat(refused("listen: 127.0.0.1:1\nplugins: [\n").detail()).contains("plugbay.yaml line");
        assertThat(refused("listen: a:1\nlisten: a:1\n").detail())
                .contains("line 2")
                .contains("second time");
        assertThat(refused("a: &x 1\nb: *x\n").detail()).contains("alias");
        assertThat(refused("- a\n").detail()).contains("not a map");
    }

    @Test
    void the_environment_wins_over_the_file() throws Exception {
        environment.put("PLUGBAY_PLUGINS_HOT_RELOAD", "false");
        environment.put("PLUGBAY_PLUGINS_DENY", "a, b");
        environment.put("PLUGBAY_PLUGINS_FOLDERS", "/one:~/two");
        environment.put("PLUGBAY_PLUGINS_SETTINGS", "{images: {config: {folder: /z}}}");
        HostSettings host = read("plugins: {hotReload: true, deny: [z]}").host();
        assertThat(host.hotReload()).isFalse();
        assertThat(host.deny()).containsExactly("a", "b");
        assertThat(host.folders())
                .extracting(PluginFolder::path)
                .containsExactly(Path.of("/one"), Path.of("/users/u/two"));
        assertThat(images(host).origin()).contains("PLUGBAY_PLUGINS_SETTINGS");
    }

    @Test
    void a_variable_that_sets_no_known_key_is_refused_with_the_nearest_one() throws Exception {
        environment.put("PLUGBAY_PLUGINS_HOTRELOAD", "false");
        assertThat(refused("").detail()).contains("PLUGBAY_PLUGINS_HOT_RELOAD");
    }

    @Test
    void folders_go_from_the_least_to_the_most_specific() throws Exception {
        environment.put("PLUGBAY_PLUGIN_PATH", "/p1:~/p2");
        here = true;
        assertThat(read("").host().folders())
                .containsExactly(
                        new PluginFolder(Path.of("/bundled"), "bundled"),
                        new PluginFolder(Path.of("/usr/lib/plugbay/plugins"), "system"),
                        new PluginFolder(Path.of("/usr/local/lib/plugbay/plugins"), "local"),
                        new PluginFolder(home.resolve("plugins"), "home"),
                        new PluginFolder(Path.of("/p1"), "path"),
                        new PluginFolder(Path.of("/users/u/p2"), "path"),
                        new PluginFolder(Path.of("plugins").toAbsolutePath(), "path"));
    }

    @Test
    void what_this_version_does_not_do_is_unsupported_and_says_so() throws Exception {
        assertThat(refused("listen: 0.0.0.0:7420").code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(refused("listen: \"[::]:7420\"").code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(refused("plugins: {isolation: process}").code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(refused("listen: nonsense").code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    }

    @Test
    void instances_are_read_with_their_lines() throws Exception {
        HostSettings host = read("""
                plugins:
                  settings:
                    images:
                      instances:
                        images: {enabled: false}
                        backup:
                          config: {folder: /srv}
                        bare:
                """).host();
        InstanceSettings backup = host.instance("images", "backup").orElseThrow();
        assertThat(backup.config()).contains(Map.of("folder", "/srv"));
        assertThat(backup.origin()).isEqualTo("plugbay.yaml line 6");
        assertThat(host.instance("images", "images").orElseThrow().enabled()).contains(false);
        assertThat(host.instance("images", "bare").orElseThrow().config()).isEmpty();
    }

    @Test
    void instances_that_cannot_be_are_refused() throws Exception {
        assertThat(refused("plugins: {settings: {a: {instances: {../b: {}}}}}").detail())
                .contains("an instance's name is expected");
        assertThat(refused("plugins: {settings: {a: {instances: {b: {cofig: {}}}}}}")
                        .detail())
                .contains("a.instances.b.cofig", "config");
        assertThat(refused("plugins: {settings: {a: {instances: {a: {config: {}}}}}}")
                        .detail())
                .contains("is set by plugins.settings.a.config");
        assertThat(refused("plugins: {settings: {a: {instances: {x: {}}}, b: {instances: {x: {}}}}}")
                        .detail())
                .contains("an instance of b \"x\", which is the name of one of a.");
        assertThat(refused("plugins: {settings: {a: {instances: {b: {}}}, b: {}}}")
                        .detail())
                .contains("which is another plugin's id.");
        assertThat(refused("plugins: {settings: {a: {instances: 1}}}").detail()).contains("a map of names");
    }

    @Test
    void plugins_that_are_switched_off_are_all_denied() throws Exception {
        assertThat(read("plugins: {enabled: false}").host().deny()).containsExactly("*");
    }

    private Settings read(String yaml) throws IOException {
        Path file = Files.writeString(home.resolve("plugbay.yaml"), yaml);
        DaemonOptions options = new DaemonOptions(
                home, OptionalInt.empty(), here, Optional.of(Path.of("/bundled")), environment, "/users/u");
        return new SettingsReader(file, options, new PluginFolders(options, home)).read();
    }

    private static PluginSettings images(HostSettings host) {
        return Objects.requireNonNull(host.plugins().get("images"));
    }

    private PlugbayException refused(String yaml) {
        return catchThrowableOfType(PlugbayException.class, () -> read(yaml));
    }
}
