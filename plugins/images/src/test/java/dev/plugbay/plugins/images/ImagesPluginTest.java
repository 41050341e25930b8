package dev.plugbay.plugins.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.Health;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin's life, without a host. */
class ImagesPluginTest {
    @TempDir
    Path temp;

    private static List<String> ids(ImagesPlugin plugin) {
        return new ImagesProvider(plugin)
                .list(VmFilter.all(), Page.first()).items().stream()
                        .map(VmInfo::id)
                        .toList();
    }

    @Test
    void lists_the_configured_folder_and_follows_a_change_of_it() throws Exception {
        Samples.raw(temp.resolve("one/a.raw"), 1);
        Samples.raw(temp.resolve("two/b.raw"), 1);
        ImagesPlugin plugin = new ImagesPlugin();
        try (TestContext context = TestContext.builder()
                .plugin("images")
                .config(Map.of("folder", temp.resolve("one").toString()))
                .build()) {
            plugin.init(context);
            plugin.start(context);
            assertThat(ids(plugin)).containsExactly("a");
            context.configure(Map.of("folder", temp.resolve("two").toString(), "qemuImg", "/nonexistent"));
            plugin.configChanged(context);
            assertThat(ids(plugin)).containsExactly("b");
            assertThat(plugin.qemuImg()).isEmpty();
            plugin.stop(context);
            assertThat(context.clean()).isTrue();
        }
    }

    @Test
    void without_a_folder_it_uses_its_data_folder() throws IOException {
        ImagesPlugin plugin = new ImagesPlugin();
        try (TestContext context =
                TestContext.builder().plugin("images").grant("data").build()) {
            Samples.raw(context.dataFolder().resolve("sample.raw"), 1);
            plugin.init(context);
            assertThat(ids(plugin)).containsExactly("sample");
        }
    }

    @Test
    void a_folder_that_is_not_there_keeps_nothing_from_starting() throws Exception {
        ImagesPlugin plugin = new ImagesPlugin();
        try (TestContext context = TestContext.builder()
                .config(Map.of("folder", temp.resolve("none").toString()))
                .build()) {
            plugin.init(context);
            plugin.start(context);
            assertThat(plugin.health().level()).isEqualTo(Health.Level.UNHEALTHY);
        }
    }
}
