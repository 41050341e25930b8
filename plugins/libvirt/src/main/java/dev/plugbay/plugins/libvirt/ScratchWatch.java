package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Looks twice a second whether there is room for what a guest overwrites during its export, and ends the backup job when there is not: however slow the copy is, or if it waits for a disk that is full or gone, the
 * guest's writes must not fail. What is copied then fails because its source is gone.
 *
 * <p>The failure is set by the thread, once, before it ends the job; so whoever sees the end of the job sees its reason.
 */
final class ScratchWatch implements AutoCloseable {
    /** The guest's writes fail when a scratch file cannot grow, so an export is given up before that. */
    static final long RESERVE_BYTES = 64L * 1024 * 1024;

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Path folder;
    private final Runnable end;
    private final AtomicReference<@Nullable PluginException> failure = new AtomicReference<>();
    private final @Nullable Thread thread;

    /** Begins to look at the space that {@code folder} is on; {@code end} ends the job. */
    ScratchWatch(ThreadFactory threads, Path folder, Runnable end) {
        this.folder = folder;
        this.end = end;
        this.thread = started(threads);
    }

    private @Nullable Thread started(ThreadFactory threads) {
        try {
            Thread fresh = threads.newThread(this::watch);
            fresh.start();
            return fresh;
        } catch (RuntimeException e) {
            return null; // the generation ends, and cancels its exports: that is soon enough
        }
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                if (failure.get() == null) {
                    look();
                }
                if (failure.get() != null && ended()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // the export has ended
        }
    }

    private void look() {
        try {
            check(folder);
        } catch (PluginException e) {
            failure.set(e);
        }
    }

    private boolean ended() {
        try {
            end.run();
            return true;
        } catch (RuntimeException e) {
            return false; // it is tried again, for the guest's writes must not fail
        }
    }

    /**
     * Looks once.
     *
     * @throws PluginException {@link ErrorCode#INSUFFICIENT_STORAGE}
     */
    static void check(Path folder) {
        try {
            long left = Files.getFileStore(folder).getUsableSpace();
            if (left < RESERVE_BYTES) {
                throw new PluginException(
                        ErrorCode.INSUFFICIENT_STORAGE,
                        "only " + left / (1024 * 1024) + " MiB are left in " + folder
                                + " for what the guest overwrites during its export; make room, or set \"scratch\" to another folder");
            }
        } catch (IOException e) {
            throw new PluginException(
                    ErrorCode.CALL_FAILED, "the scratch folder cannot be looked at: " + e.getMessage(), e);
        }
    }

    /** Why the job was ended, if it was. */
    Optional<PluginException> failure() {
        return Optional.ofNullable(failure.get());
    }

    @Override
    public void close() {
        if (thread == null) {
            return;
        }
        thread.interrupt();
        ExportCleanUp.join(thread);
    }
}
