package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.Health;
import dev.plugbay.testkit.TestContext;
import org.junit.jupiter.api.Test;

/** The plugin's life, without a host. */
class LibvirtPluginTest {
    @Test
    void starts_before_there_is_a_connection_and_says_so() throws Exception {
        LibvirtPlugin plugin = new LibvirtPlugin();
        try (TestContext context = TestContext.builder().plugin("libvirt").build()) {
            plugin.init(context);
            plugin.start(context);
            assertThat(plugin.health().level()).isEqualTo(Health.Level.UNHEALTHY);
            plugin.stop(context);
            assertThat(context.clean()).isTrue();
        }
    }
}
