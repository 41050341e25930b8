package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.Health;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The plugin's life, without a host, over libvirt's test driver. */
class LibvirtPluginTest {
    @Test
    void connects_lists_and_leaves_no_thread() {
        Libvirt ignored = Needed.libvirt();
        try (LibvirtFixture libvirt = LibvirtFixture.of("test:///default")) {
            assertThat(libvirt.plugin.health()).isEqualTo(Health.healthy());
            VmInfo vm =
                    libvirt.provider.list(VmFilter.all(), Page.first()).items().getFirst();
            assertThat(vm.name()).isEqualTo("test");
            libvirt.stop();
            await().atMost(Duration.ofMinutes(2)).until(libvirt::clean);
        }
    }
}
