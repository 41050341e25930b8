package dev.plugbay.daemon;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls an action when one file's content changes, once it has been quiet for a moment. Looks by itself from time to time, for file
 * systems that report nothing.
 *
 * <p>One thread of its own does everything; closing ends it.
 */
final class FileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
    private static final long QUIET_MILLIS = 200;
    private static final long LOOK_SECONDS = 10;

    private final Path file;
    private final Runnable action;
    private final WatchService service;
    private final Thread thread;
    private byte[] seen;

    private FileWatch(Path file, Runnable action, WatchService service) {
        this.file = file;
        this.action = action;
        this.service = service;
        this.seen = content();
        this.thread = Thread.ofPlatform().daemon().name("plugbay-config").unstarted(this::run);
    }

    static FileWatch start(Path file, Runnable action) throws IOException {
        WatchService service = file.getFileSystem().newWatchService();
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        }
        FileWatch watch = new FileWatch(file, action, service);
        watch.thread.start();
        return watch;
    }

    @Override
    public void close() throws IOException {
        service.close();
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                boolean concerned = concerns(service.poll(LOOK_SECONDS, TimeUnit.SECONDS));
                while (concerned) {
                    concerned = concerns(service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS));
                }
                look();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            LOG.debug("The watch of {} ends", file.getFileName());
        }
    }

    private boolean concerns(@Nullable WatchKey key) {
        if (key == null) {
            return false;
        }
        boolean concerns = key.pollEvents().stream()
                .anyMatch(event -> StandardWatchEventKinds.OVERFLOW.equals(event.kind())
                        || (event.context() instanceof Path name && name.equals(file.getFileName())));
        key.reset();
        return concerns;
    }

    private void look() {
        byte[] now = content();
        if (Arrays.equals(now, seen)) {
            return;
        }
        seen = now;
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("A change of {} could not be acted on", file.getFileName(), e);
        }
    }

    private byte[] content() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
