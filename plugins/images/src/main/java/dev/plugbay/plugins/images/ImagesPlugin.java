package dev.plugbay.plugins.images;

import dev.plugbay.api.Health;
import dev.plugbay.api.Permissions;
import dev.plugbay.api.Plugin;
import dev.plugbay.api.PluginContext;
import dev.plugbay.api.PluginInfo;
import dev.plugbay.plugins.qemu.QemuImg;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A folder of disk images as virtual machines. It starts whether or not the folder is there: health says what is missing, and what is put right later is
 * seen without a reload.
 *
 * <p>{@code settings} is written by hooks and read by calls; it is replaced as a whole.
 */
@PluginInfo(
        id = "images",
        name = "Disk images",
        description = "A folder of raw and qcow2 disk images as virtual machines.",
        license = "Apache-2.0",
        config = ImagesConfig.class,
        capabilities = {"vm.list@1.0", "vm.export@1.0"})
@Permissions(
        host = {"data"},
        read = {"${config.folder}"},
        processes = true)
public final class ImagesPlugin implements Plugin {
    private volatile Settings settings = new Settings(Path.of(""), Optional.empty());

    private record Settings(Path folder, Optional<Path> qemuImg) {}

    /** Made by the host. */
    public ImagesPlugin() {}

    @Override
    public void init(PluginContext context) {
        configChanged(context);
    }

    @Override
    public void configChanged(PluginContext context) {
        ImagesConfig config = context.config(ImagesConfig.class);
        use(config.folder().orElseGet(context::dataFolder), config.qemuImg());
    }

    void use(Path folder, Optional<Path> qemuImg) {
        settings = new Settings(folder.toAbsolutePath().normalize(), qemuImg);
    }

    @Override
    public Health health() {
        return folder().problem().map(Health::unhealthy).orElseGet(Health::healthy);
    }

    ImageFolder folder() {
        return new ImageFolder(settings.folder());
    }

    /** The program for conversions; looked for at each use, so that it is found once it was installed. */
    Optional<QemuImg> qemuImg() {
        return QemuImg.find(settings.qemuImg(), Objects.requireNonNullElse(System.getenv("PATH"), ""));
    }
}
