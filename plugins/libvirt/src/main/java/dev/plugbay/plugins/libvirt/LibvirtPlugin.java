package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.Permissions;
import dev.plugbay.api.Plugin;
import dev.plugbay.api.PluginContext;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.PluginInfo;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The machines of a libvirt connection. It starts whether or not libvirt is there: health says what is missing, and what is put right later is found without a reload. Another
 * configuration is for another generation, so calls that are under way keep the connection that they have.
 *
 * <p>The fields are written by the hooks, before any call is let in and after the last one.
 */
@PluginInfo(
        id = "libvirt",
        name = "libvirt / QEMU",
        description = "The virtual machines of a libvirt connection, such as QEMU's.",
        license = "Apache-2.0",
        config = LibvirtConfig.class,
        reloadOnConfigChange = true,
        healthInterval = "5s",
        capabilities = {"vm.list@1.0", "vm.power@1.0", "vm.export@1.0"})
@Permissions(
        host = {"data", "threads"},
        network = {"${config.uri}"},
        write = {"${config.scratch}"},
        processes = true)
public final class LibvirtPlugin implements Plugin {
    private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(10);

    private volatile @Nullable Running running;

    private record Running(
            LibvirtConfig config, Lines lines, Optional<FileSizes> files, DiskSizes sizes, LibvirtExports exports) {}

    /** Made by the host. */
    public LibvirtPlugin() {}

    @Override
    public void init(PluginContext context) {
        LibvirtConfig config = context.config(LibvirtConfig.class);
        Lines lines = new Lines(config, context, context.logger());
        DiskSizes sizes = new DiskSizes(lines, config.callTimeout());
        Optional<FileSizes> files = ExportPlace.here(config.uri())
                ? Optional.of(new FileSizes(context.executor(), config.callTimeout()))
                : Optional.empty();
        running = new Running(config, lines, files, sizes, new LibvirtExports(config, lines, context));
    }

    /** Waits a while for the connection, so that the health that is asked next tells whether there is one. */
    @Override
    public void start(PluginContext context) {
        running().lines().start(FIRST_ATTEMPT);
        running().exports().start();
    }

    @Override
    public void stop(PluginContext context) {
        running().exports().stop();
        running().lines().stop();
    }

    @Override
    public Health health() {
        return switch (running().lines().connector().standing()) {
            case Connector.Standing.Up up ->
                running().lines().silence().map(Health::degraded).orElseGet(Health::healthy);
            case Connector.Standing.Down down -> Health.unhealthy(down.reason());
            case Connector.Standing.Absent absent -> Health.unhealthy(absent.reason());
        };
    }

    Lines lines() {
        return running().lines();
    }

    LibvirtExports exports() {
        return running().exports();
    }

    Machines machines() {
        return new Machines(lines(), running().files(), running().sizes(), callTimeout());
    }

    Duration callTimeout() {
        return running().config().callTimeout();
    }

    Duration shutdownTimeout() {
        return running().config().shutdownTimeout();
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new PluginException(ErrorCode.UNAVAILABLE, "the plugin has not begun");
        }
        return now;
    }
}
