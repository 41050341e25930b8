package dev.plugbay.plugins.libvirt;

import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Watches the space that a folder is on. */
    ScratchWatch watch(Path folder, Runnable end) {
        return new ScratchWatch(threads, folder, end);
    }

    /** Does some work; its failure is passed on. An interrupt that comes meanwhile is kept for later. */
    void run(Runnable work) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean done = new AtomicBoolean();
        Thread thread;
        try {
            thread = threads.newThread(() -> {
                done.set(true);
                try {
                    work.run();
                } catch (RuntimeException | Error e) {
                    failure.set(e);
                }
            });
        } catch (RuntimeException closed) {
            work.run(); // the generation ended before, and lends nothing any more: better here than not at all
            return;
        }
        thread.start();
        join(thread);
        if (!done.get()) {
            work.run(); // the generation ended between the two, and its thread did nothing
        }
        switch (failure.get()) {
            case null -> {}
            case RuntimeException failed -> throw failed;
            case Throwable broken -> throw new IllegalStateException("the clean-up broke off", broken);
        }
    }

    /** Waits until a thread has ended; an interrupt that comes meanwhile is kept for later. */
    static void join(Thread thread) {
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
    }
}
