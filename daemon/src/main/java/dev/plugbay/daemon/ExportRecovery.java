package dev.plugbay.daemon;

import dev.plugbay.cloud.ExportedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of exports whose host died, and removes what they left. Done once at the start, before anything is submitted.
 *
 * <p>An export stores its result, then renames its folder, then stores that it succeeded. So of a job that was found unfinished but has a
 * result, the folder decides: with the very sums that were stored it had succeeded, else it is interrupted and all of it is removed.
 *
 * <p>Targets may lie on disks that hang, such as a network share whose server is gone: they are looked at on a thread of their own, and the start waits for it only so long.
 */
final class ExportRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(ExportRecovery.class);

    private final JobStore store;
    private final AtomicRename renames;
    private final Duration patience;

    ExportRecovery(JobStore store, AtomicRename renames, Duration patience) {
        this.store = store;
        this.renames = renames;
        this.patience = patience;
    }

    /** What became of a job's target. */
    enum Found {
        /** The result is there, whole. */
        RESULT,
        /** It is not. */
        NO_RESULT,
        /** The disk is not there, or does not answer. */
        AWAY
    }

    /** Looks for what an unfinished job made. */
    Found look(JobStore.Left left) {
        Path target = Path.of(left.job().target());
        return within(() -> {
                    if (TargetDisk.isAway(target, left.disk())) {
                        return Found.AWAY;
                    }
                    return left.job().result().filter(ExportRecovery::isThere).isPresent()
                            ? Found.RESULT
                            : Found.NO_RESULT;
                })
                .orElse(Found.AWAY);
    }

    /** Removes what ended exports left in their targets. What cannot be removed now is tried at the next start. */
    void sweep() {
        boolean all = within(() -> {
                    store.staged().forEach(this::sweep);
                    return true;
                })
                .orElse(false);
        if (!all) {
            LOG.warn("What exports of an earlier run left is still being removed: a target does not answer");
        }
    }

    private void sweep(JobStore.Left left) {
        Job job = left.job();
        Path target = Path.of(job.target());
        try {
            if (StagingFolder.isGone(target, job.id()) && TargetDisk.isAway(target, left.disk())) {
                LOG.warn(
                        "The disk of {} is not there ({}), so what job {} left is removed at a later start",
                        target,
                        left.disk().orElse(""),
                        job.id());
            } else if (StagingFolder.sweep(target, job.id(), renames)) {
                store.cleared(job.id());
            } else {
                LOG.warn(
                        "In {} lies something named like the staging folder of job {} that has no marker; it is left alone",
                        target,
                        job.id());
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("What job {} left in {} could not be removed: {}", job.id(), target, e.toString());
        }
    }

    /** Whether a folder has exactly the files of a result, by its sums. */
    private static boolean isThere(Map<String, Object> result) {
        try {
            Path folder = Path.of(String.valueOf(result.get("folder")));
            StringBuilder sums = new StringBuilder();
            for (Object item : (Iterable<?>) result.getOrDefault("files", List.of())) {
                Map<?, ?> file = (Map<?, ?>) item;
                Path path = folder.relativize(Path.of(String.valueOf(file.get("path"))));
                sums.append(ExportFiles.sum(new ExportedFile(path, 0, String.valueOf(file.get("sha256")))));
            }
            return Files.readString(folder.resolve(ExportFiles.SUMS), StandardCharsets.UTF_8)
                    .contentEquals(sums);
        } catch (IOException | ClassCastException | IllegalArgumentException e) {
            return false;
        }
    }

    /** What comes of some work, unless it takes too long; it goes on all the same then. */
    private <T> Optional<T> within(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().name("plugbay-recovery").daemon().start(task);
        try {
            return Optional.of(task.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            LOG.warn("What exports left could not be looked at", e.getCause());
            return Optional.empty();
        }
    }
}
