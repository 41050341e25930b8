package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.PluginContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * A thread that looks every few seconds for what others have left, of hosts that died or of exports that libvirt left alone: in each scratch folder that was ever configured, and once a minute also for what was
 * made by a connection that is no longer configured. It asks libvirt only if there is something.
 *
 * <p>Each folder is looked at on a lent thread, for it may be on a disk that hangs: then the others are looked at all the same, and it is not looked at again before that thread is back. Shared with those
 * threads: {@code folders}, {@code remains} and {@code told}, which are safe for several. All else is used by the one thread, which ends with the generation.
 */
final class ExportSweeper {
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration LOOK_ELSEWHERE = Duration.ofMinutes(1);
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final int AT_ONCE = 4;

    /** With what is stopped afterwards, less than a hook may take. */
    private static final Duration END = Duration.ofSeconds(3);

    private final LibvirtConfig config;
    private final Lines lines;
    private final PluginContext context;
    private final Logger log;
    private final ScratchFolders folders;
    private final BackupRemains remains;
    private final LentCalls calls;
    private final SlowQuestions looks = new SlowQuestions(AT_ONCE, ATTEMPT);
    private final Thread thread;

    /** What was said last about folders that could not be looked at: the same is not said again. */
    private final Map<Path, String> told = new ConcurrentHashMap<>();

    private long lookedElsewhere = System.nanoTime() - LOOK_ELSEWHERE.toNanos();

    ExportSweeper(LibvirtConfig config, Lines lines, ExportRequests requests, PluginContext context) {
        this.config = config;
        this.lines = lines;
        this.context = context;
        this.log = context.logger();
        this.folders = new ScratchFolders(context.dataFolder(), config.scratch());
        this.remains = new BackupRemains(requests, log);
        this.calls = new LentCalls(context.executor(), AT_ONCE);
        this.thread = context.threadFactory().newThread(this::run);
    }

    void start() {
        thread.start();
    }

    /** Ends it; a look at a disk that hangs ends when the disk answers. */
    void stop() {
        thread.interrupt();
        try {
            boolean ignored = thread.join(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                try {
                    sweep(remains, lines, ATTEMPT);
                    elsewhere();
                } catch (RuntimeException e) {
                    if (!Thread.currentThread().isInterrupted()) {
                        log.warn("cannot look for what earlier exports have left: {}", e.toString());
                    }
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            // the generation ends
        }
    }

    /** A libvirt that is not there is looked for by the connection, less and less often. */
    private void sweep(BackupRemains remains, Lines lines, Duration patience) {
        for (Path scratch : folders.all()) {
            if (!lines.connected()) {
                return;
            }
            Optional<Boolean> looked = looks.ask(
                    scratch.toString(),
                    look -> calls.run(
                            "the scratch folder " + scratch + " could not be swept",
                            patience,
                            left -> look.answer(() -> swept(remains, scratch))));
            if (looked.isEmpty() && lines.connected()) {
                tell(scratch, "it hangs, or takes its time; it is looked at again when that has ended");
            }
        }
    }

    /** One that is not there may be on a disk that is not there now. */
    private boolean swept(BackupRemains remains, Path scratch) {
        try {
            Optional<BackupRoot> root = BackupRoot.existing(scratch);
            if (root.isPresent() && root.get().all().isEmpty()) {
                folders.empty(scratch);
            }
            root.ifPresent(remains::sweep);
            told.remove(scratch);
            return true;
        } catch (RuntimeException e) {
            tell(scratch, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void tell(Path scratch, String why) {
        if (!Thread.currentThread().isInterrupted() && !why.equals(told.put(scratch, why))) {
            log.warn("what earlier exports have left in {} cannot be looked for: {}", scratch, why);
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
                    ExportRequests requests = new ExportRequests(others, uri, config.callTimeout());
                    sweep(new BackupRemains(requests, log), others, requests.endTime());
                } finally {
                    others.stop();
                }
            }
        }
    }
}
