package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.Health;
import dev.plugbay.api.Permissions;
import dev.plugbay.api.Plugin;
import dev.plugbay.api.PluginContext;
import dev.plugbay.api.PluginInfo;

/** The machines of a libvirt connection. */
@PluginInfo(
        id = "libvirt",
        name = "libvirt / QEMU",
        description = "The virtual machines of a libvirt connection, such as QEMU's.",
        license = "Apache-2.0",
        config = LibvirtConfig.class,
        capabilities = {"vm.list@1.0", "vm.power@1.0", "vm.export@1.0"})
@Permissions(
        host = {"data", "threads"},
        network = {"${config.uri}"},
        processes = true)
public final class LibvirtPlugin implements Plugin {
    private volatile String uri = "";

    /** Made by the host. */
    public LibvirtPlugin() {}

    @Override
    public void init(PluginContext context) {
        configChanged(context);
    }

    @Override
    public void configChanged(PluginContext context) {
        uri = context.config(LibvirtConfig.class).uri();
    }

    @Override
    public Health health() {
        return Health.unhealthy("does not connect to " + uri + " yet");
    }
}
