package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.PluginContext;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * A thread that looks every few seconds for what others have left, of hosts that died or of exports that libvirt left alone: in each scratch folder that was ever configured, and once a minute also for what was
 * made by a connection that is no longer configured. It asks libvirt only if there is something.
 *
 * <p>Everything here is used by that thread, which ends with the generation.
 */
final class ExportSweeper {
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration LOOK_ELSEWHERE = Duration.ofMinutes(1);
    private static final Duration ATTEMPT = Duration.ofSeconds(10);

    private final LibvirtConfig config;
    private final Lines lines;
    private final PluginContext context;
    private final Logger log;
    private final ScratchFolders folders;
    private final BackupRemains remains;
    private final Thread thread;
    private long lookedElsewhere = System.nanoTime() - LOOK_ELSEWHERE.toNanos();

    ExportSweeper(LibvirtConfig config, Lines lines, ExportRequests requests, PluginContext context) {
        this.config = config;
        this.lines = lines;
        this.context = context;
        this.log = context.logger();
        this.folders = new ScratchFolders(context.dataFolder(), config.scratch());
        this.remains = new BackupRemains(requests, log);
        this.thread = context.threadFactory().newThread(this::run);
    }

    void start() {
        thread.start();
    }

    void stop() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                try {
                    sweep(remains, lines);
                    elsewhere();
                } catch (RuntimeException e) {
                    log.warn("cannot look for what earlier exports have left: {}", e.toString());
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            // the generation ends
        }
    }

    /** A libvirt that is not there is looked for by the connection, less and less often. */
    private void sweep(BackupRemains remains, Lines lines) {
        for (Path scratch : folders.all()) {
            if (lines.connected()) {
                BackupRoot.existing(scratch).ifPresent(remains::sweep);
            }
        }
    }

    private void elsewhere() {
        long now = System.nanoTime();
        if (now - lookedElsewhere < LOOK_ELSEWHERE.toNanos()) {
            return;
        }
        for (String uri : remains.others()) {
            lookedElsewhere = now;
            if (ExportPlace.here(uri)) {
                // Not said in the log: it may be another instance's, which says it itself, or a test's long gone.
                Lines others = new Lines(config.with(uri), context, NOPLogger.NOP_LOGGER);
                try {
                    others.start(ATTEMPT);
                    sweep(new BackupRemains(new ExportRequests(others, uri, config.callTimeout()), log), others);
                } finally {
                    others.stop();
                }
            }
        }
    }
}
