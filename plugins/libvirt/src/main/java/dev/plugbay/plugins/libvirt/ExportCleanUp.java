package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.PluginException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Does what has to be done to its end, whatever has become of the call that it is done for: on a thread of its own, which neither a cancellation nor an interrupt
 * of the call reaches. The caller waits for it; everything done in it has a deadline.
 *
 * <p>Shared by all exports; unchangeable.
 */
final class ExportCleanUp {
    private final ThreadFactory threads;

    ExportCleanUp(ThreadFactory threads) {
        this.threads = threads;
    }

    /** Does some work; its failure is passed on. An interrupt that comes meanwhile is kept for later. */
    void run(Runnable work) {
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        Thread thread;
        try {
            thread = threads.newThread(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    failure.set(e);
                }
            });
        } catch (PluginException closed) {
            work.run(); // the generation ended before: better here than not at all
            return;
        }
        thread.start();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }
}
