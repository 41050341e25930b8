package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.PluginContext;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.ProgressListener;
import dev.plugbay.cloud.ProviderCapabilities;
import dev.plugbay.plugins.qemu.QemuImg;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * The exports of a plugin: they are made here, and a thread looks every few seconds for what others have left, of hosts that died or of exports that libvirt left alone. It asks libvirt
 * only if there is something.
 *
 * <p>Shared by all calls; unchangeable but for the thread, which ends with the generation.
 */
final class LibvirtExports {
    private static final Duration LOOK = Duration.ofSeconds(3);

    private final LibvirtConfig config;
    private final Lines lines;
    private final ExportRequests requests;
    private final ExportCleanUp cleanUp;
    private final Logger log;
    private final Thread sweeper;

    LibvirtExports(LibvirtConfig config, Lines lines, PluginContext context) {
        this.config = config;
        this.lines = lines;
        this.requests = new ExportRequests(lines, config.uri(), config.callTimeout());
        this.cleanUp = new ExportCleanUp(context.threadFactory());
        this.log = context.logger();
        this.sweeper = context.threadFactory().newThread(this::sweep);
    }

    /** Begins to look for what others have left. */
    void start() {
        sweeper.start();
    }

    /** Ends that. */
    void stop() {
        sweeper.interrupt();
        try {
            sweeper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    private void sweep() {
        BackupRemains remains = new BackupRemains(requests, log);
        try {
            while (true) {
                try {
                    // One that is not there is looked for by the connection, less and less often.
                    if (lines.connected()) {
                        BackupRoot.existing(config.scratch()).ifPresent(remains::sweep);
                    }
                } catch (RuntimeException e) {
                    log.warn("cannot look for what earlier exports have left: {}", e.toString());
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            // the generation ends
        }
    }
}
