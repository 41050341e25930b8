package dev.plugbay.plugins.libvirt;

import dev.plugbay.cloud.VmDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * The sizes of disks whose files are on this machine. Files may lie on a share whose server is gone: there even a look never returns, so it is done on a lent thread, and where one hangs no other file of the same
 * mount is looked at before it has returned.
 *
 * <p>Shared by all callers; unchangeable.
 */
final class FileSizes {
    private static final int AT_ONCE = 4;

    private final DiskFiles files = new DiskFiles();
    private final LentCalls calls;
    private final SlowQuestions questions;

    FileSizes(Executor executor, Duration patience) {
        this.calls = new LentCalls(executor, AT_ONCE);
        this.questions = new SlowQuestions(AT_ONCE, patience.dividedBy(3));
    }

    /**
     * What was seen of a machine's disks.
     *
     * @param known the sizes of some, by their ids
     * @param hanging those whose files hang; whoever else looked at them would hang too
     */
    record Seen(Map<String, Domain.DiskSize> known, Set<String> hanging) {}

    /** Looks at disks. */
    Seen of(List<VmDisk> disks) {
        Seen seen = new Seen(new HashMap<>(), new HashSet<>());
        Map<String, List<VmDisk>> mounts = new LinkedHashMap<>();
        disks.stream()
                .filter(disk -> disk.name().startsWith("/"))
                .forEach(disk -> mounts.computeIfAbsent(Mounts.of(disk.name()), mount -> new ArrayList<>())
                        .add(disk));
        mounts.forEach((mount, on) -> look(mount, on)
                .ifPresentOrElse(
                        seen.known()::putAll,
                        () -> on.forEach(disk -> seen.hanging().add(disk.id()))));
        return seen;
    }

    private Optional<Map<String, Domain.DiskSize>> look(String mount, List<VmDisk> disks) {
        return questions.ask(
                mount,
                question -> calls.run(
                        "the files of disks on " + mount + " could not be looked at",
                        questions.limit(),
                        left -> question.answer(() -> sizes(disks))));
    }

    private Map<String, Domain.DiskSize> sizes(List<VmDisk> disks) {
        Map<String, Domain.DiskSize> sizes = new HashMap<>();
        disks.forEach(disk -> files.size(disk).ifPresent(size -> sizes.put(disk.id(), size)));
        return sizes;
    }
}
