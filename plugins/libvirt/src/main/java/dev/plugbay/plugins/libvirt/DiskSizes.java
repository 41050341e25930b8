package dev.plugbay.plugins.libvirt;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of disks as libvirt tells them, where their files are not at hand (else see {@link FileSizes}). Of a machine that runs only its QEMU knows them, and one that hangs does not tell; of one that is off libvirtd
 * looks at the files, which may lie on a share that hangs. Then the disks are told without sizes, and it is not asked again about that machine before it has answered.
 *
 * <p>Shared by all callers; unchangeable. Those that are off are asked about in a way of their own, so that machines that hang do not keep them.
 */
final class DiskSizes {
    private static final int AT_ONCE = 2;

    private final Way running;
    private final Way off;

    DiskSizes(Lines lines, Duration patience) {
        Duration limit = patience.dividedBy(3);
        running = new Way(lines.machines(), new SlowQuestions(AT_ONCE, limit));
        off = new Way(lines.libvirt(), new SlowQuestions(AT_ONCE, limit));
    }

    private record Way(Requests requests, SlowQuestions questions) {}

    /**
     * Those that are known, by the disks' ids.
     *
     * @param runs whether the machine runs
     */
    Map<String, Domain.DiskSize> of(String id, boolean runs, List<String> disks) {
        if (disks.isEmpty()) {
            return Map.of();
        }
        Way way = runs ? running : off;
        return way.questions()
                .ask(
                        id,
                        question -> way.requests()
                                .ask(
                                        "tell the sizes of disks",
                                        way.questions().limit(),
                                        session -> question.answer(() -> sizes(session, id, disks))))
                .orElse(Map.of());
    }

    private static Map<String, Domain.DiskSize> sizes(Session session, String id, List<String> disks) {
        Map<String, Domain.DiskSize> sizes = new HashMap<>();
        session.find(id)
                .ifPresent(domain -> disks.forEach(disk -> domain.size(disk).ifPresent(size -> sizes.put(disk, size))));
        return sizes;
    }
}
