package dev.plugbay.daemon;

import dev.plugbay.cloud.ExportedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of exports whose host died, and removes what they left. Done once at the start, before anything is submitted.
 *
 * <p>An export stores its result, then renames its folder, then stores that it succeeded. So of a job that was found unfinished but has a
 * result, the folder decides: with the very sums that were stored it had succeeded, else it is interrupted and all of it is removed.
 *
 * <p>Targets may lie on disks that hang, such as a network share whose server is gone: each is looked at on a thread of its own, so that it keeps nobody from looking at
 * another, and the start waits for all of them together only so long, once for the looks and once for the removals. Shared: what was found, in a concurrent map, which those threads may still fill when nobody looks
 * any more; and {@code sweeping}, the targets that are still swept: no export may be made there meanwhile.
 */
final class ExportRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(ExportRecovery.class);

    private final JobStore store;
    private final AtomicRename renames;
    private final Duration patience;
    private final Set<String> sweeping = ConcurrentHashMap.newKeySet();

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

    /** Looks for what unfinished jobs made: what was found by the id of each; {@link Found#AWAY} if its target does not answer. */
    Map<String, Found> look(List<JobStore.Left> unfinished) {
        Map<String, Found> found = new ConcurrentHashMap<>();
        boolean ignored = forEach(unfinished, left -> found.put(left.job().id(), look(left)), target -> {});
        Map<String, Found> all = new HashMap<>();
        for (JobStore.Left left : unfinished) {
            String id = left.job().id();
            all.put(id, found.getOrDefault(id, Found.AWAY));
        }
        return all;
    }

    private static Found look(JobStore.Left left) {
        if (TargetDisk.isAway(Path.of(left.job().target()), left.disk())) {
            return Found.AWAY;
        }
        return left.job().result().filter(ExportRecovery::isThere).isPresent() ? Found.RESULT : Found.NO_RESULT;
    }

    /** Removes what ended exports left in their targets. What cannot be removed now is tried at the next start. */
    void sweep() {
        List<JobStore.Left> staged = store.staged();
        staged.forEach(left -> sweeping.add(left.job().target()));
        if (!forEach(staged, this::sweep, sweeping::remove)) {
            LOG.warn("What exports of an earlier run left is still being removed: a target does not answer");
        }
    }

    /** Whether what earlier exports left in a target is still being removed. */
    boolean isSweeping(Path target) {
        return sweeping.contains(target.toString());
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

    /** Does something for each, those of one target one after the other; false when that takes too long, and then it goes on all the same. */
    private boolean forEach(List<JobStore.Left> all, Consumer<JobStore.Left> work, Consumer<String> done) {
        Map<String, List<JobStore.Left>> targets = new LinkedHashMap<>();
        all.forEach(left -> targets.computeIfAbsent(left.job().target(), target -> new ArrayList<>())
                .add(left));
        CountDownLatch open = new CountDownLatch(targets.size());
        targets.forEach((target, lefts) -> Thread.ofPlatform()
                .name("plugbay-recovery")
                .daemon()
                .start(() -> {
                    try {
                        lefts.forEach(work);
                    } catch (RuntimeException e) {
                        LOG.warn("What exports left in {} could not be looked at", target, e);
                    } finally {
                        done.accept(target);
                        open.countDown();
                    }
                }));
        try {
            return open.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
