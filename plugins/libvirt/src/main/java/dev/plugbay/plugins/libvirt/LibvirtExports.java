package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.PluginContext;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.ProgressListener;
import dev.plugbay.cloud.ProviderCapabilities;
import dev.plugbay.plugins.qemu.QemuImg;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The exports of a plugin. Shared by all calls; unchangeable.
 */
final class LibvirtExports {

    private final LibvirtConfig config;
    private final ExportRequests requests;
    private final ExportCleanUp cleanUp;
    private final ExportSweeper sweeper;

    LibvirtExports(LibvirtConfig config, Lines lines, PluginContext context) {
        this.config = config;
        this.requests = new ExportRequests(lines, config.uri(), config.callTimeout());
        this.cleanUp = new ExportCleanUp(context.threadFactory());
        this.sweeper = new ExportSweeper(config, lines, this.requests, context);
    }

    /** Begins to look for what others have left. */
    void start() {
        sweeper.start();
    }

    /** Ends that. */
    void stop() {
        sweeper.stop();
    }

    ProviderCapabilities capabilities() {
        return ExportPlace.here(config.uri())
                ? ExportRules.capabilities(qemuImg().isPresent())
                : ProviderCapabilities.builder().power(true).build();
    }

    ExportResult export(String id, ExportOptions options, Path folder, ProgressListener progress) {
        if (!ExportPlace.here(config.uri())) {
            throw ExportPlace.refusal(config.uri());
        }
        Optional<QemuImg> qemuImg = qemuImg();
        ExportMeans means = new ExportMeans(
                requests,
                config.scratch(),
                cleanUp,
                qemuImg,
                qemuImg.map(it -> it.program().resolveSibling("qemu-nbd")).filter(Files::isExecutable),
                config.callTimeout().multipliedBy(4));
        return new DomainExport(means, options, folder, progress).run(id);
    }

    /** Looked for at each use, so that it is found once it was installed. */
    private Optional<QemuImg> qemuImg() {
        return QemuImg.find(config.qemuImg(), Objects.requireNonNullElse(System.getenv("PATH"), ""));
    }
}
