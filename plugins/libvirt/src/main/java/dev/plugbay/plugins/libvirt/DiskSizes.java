package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The sizes of disks of machines that run, where their files are not at hand (else see {@link DiskFiles}). Only their QEMU knows them, and one that hangs does not tell: then its disks are told without sizes, and it is not asked again before it has answered.
 *
 * <p>Shared by all callers. Two may ask at once, and one of them whose caller has left still counts until QEMU answers; so machines that hang hold two questions of libvirt's at most, however many of them there are
 * and however often they are listed. A {@link Question}'s stage is changed by its caller and by the thread that asks, each in one step: whoever ends it last gives the permit back.
 */
final class DiskSizes {
    private static final int AT_ONCE = 2;

    private final Requests requests;
    private final Duration limit;
    private final Semaphore free = new Semaphore(AT_ONCE, true);
    private final Set<Question> late = ConcurrentHashMap.newKeySet();

    DiskSizes(Requests requests, Duration patience) {
        this.requests = requests;
        this.limit = patience.dividedBy(3);
    }

    private enum Stage {
        NEW,
        ASKED,
        ANSWERED,
        DROPPED
    }

    private record Question(String machine, AtomicReference<Stage> stage) {
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** Those that are known, by the disks' ids. */
    Map<String, Domain.DiskSize> of(String id, List<String> disks) {
        if (disks.isEmpty() || hangs(id)) {
            return Map.of();
        }
        try {
            if (!free.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return Map.of();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the call was interrupted");
        }
        Question question = new Question(id, new AtomicReference<>(Stage.NEW));
        try {
            return requests.ask("tell the sizes of disks", limit, session -> ask(session, question, disks));
        } catch (PluginException e) {
            if (e.code() == ErrorCode.CALL_CANCELLED) {
                throw e;
            }
            return Map.of();
        } finally {
            leave(question);
        }
    }

    private boolean hangs(String id) {
        return late.size() >= AT_ONCE
                || late.stream().anyMatch(question -> question.machine().equals(id));
    }

    private Map<String, Domain.DiskSize> ask(Session session, Question question, List<String> disks) {
        Map<String, Domain.DiskSize> sizes = new HashMap<>();
        if (!question.stage().compareAndSet(Stage.NEW, Stage.ASKED)) {
            return sizes; // the caller has left, and given the permit back
        }
        try {
            session.find(question.machine())
                    .ifPresent(domain ->
                            disks.forEach(disk -> domain.size(disk).ifPresent(size -> sizes.put(disk, size))));
            return sizes;
        } finally {
            question.stage().set(Stage.ANSWERED);
            late.remove(question);
            free.release();
        }
    }

    private void leave(Question question) {
        if (question.stage().compareAndSet(Stage.NEW, Stage.DROPPED)) {
            free.release();
        } else if (question.stage().get() == Stage.ASKED) {
            late.add(question);
            if (question.stage().get() == Stage.ANSWERED) {
                late.remove(question); // it was answered just now
            }
        }
    }
}
