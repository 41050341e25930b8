package dev.plugbay.runtime;

import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.PlugbayException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations of one host that were withdrawn and have not ended yet, those of removed plugins too.
 *
 * <p>Shared: any operation adds, each generation's own thread takes it out; guarded by this object's monitor, which is notified then.
 */
final class Retirements {
    private static final Logger LOG = LoggerFactory.getLogger(Retirements.class);

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Set<Leaving> leaving = new HashSet<>();

    /**
     * One of them.
     *
     * @param published whether it ever served
     * @param saving whether it has saved what it knows
     * @param hurry how long its calls are waited for
     */
    private record Leaving(Generation generation, boolean published, Saving saving, Hurry hurry) {
        private boolean of(String instance) {
            return generation.instance().equals(instance);
        }
    }

    /**
     * Ends a withdrawn generation, on a thread of its own; whether it has saved what it knows can be read from the answer.
     *
     * @param why why it ends
     * @param cancelRunning whether running calls are cancelled at once, long ones too
     * @param ended told when its loader is closed
     */
    Saving begin(HostServices host, Generation generation, Retirement.Why why, boolean cancelRunning, Runnable ended) {
        boolean saves = why == Retirement.Why.WITHDRAWN && generation.keepsState();
        Saving saving = saves ? new Saving() : Saving.nothing();
        Leaving one = new Leaving(generation, why != Retirement.Why.REFUSED, saving, new Hurry());
        synchronized (this) {
            leaving.add(one);
        }
        Thread.ofVirtual().name("plugbay-retire-" + generation).start(() -> {
            try {
                new Retirement(host).run(generation, why, cancelRunning, one.hurry(), saving);
            } catch (Throwable defect) {
                LOG.error("The end of {} failed: {}", generation, Stacks.text(defect));
                saving.failed(generation, Saving.brokeOff(defect));
            } finally {
                saving.end();
                synchronized (this) {
                    leaving.remove(one);
                    notifyAll();
                }
                ended.run();
            }
        });
        return saving;
    }

    /** Waits until fewer than {@code most} generations of an instance that once served are left; how many are left then. */
    synchronized long awaitFewer(String instance, int most, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (draining(instance) >= most) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return draining(instance);
    }

    /** Waits until no generation of an instance has a state that it is still to save; whether there is none. Those that could not save theirs have none either. */
    boolean awaitSaved(String instance, Duration limit) throws InterruptedException {
        List<Leaving> saving;
        synchronized (this) {
            saving = leaving.stream().filter(one -> one.of(instance)).toList();
        }
        long end = System.nanoTime() + limit.toNanos();
        for (Leaving one : saving) {
            if (!one.saving().await(Duration.ofNanos(end - System.nanoTime()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits until what was withdrawn of these instances has saved what it knows, so that who asked for that can rely on it. Calls are waited for a few seconds, the same ones for
     * all, and not where a long one runs, which may last for hours; nor for a call that waits for this.
     *
     * @throws PlugbayException why the first of them that could not save has not
     */
    void requireSaved(Collection<Instance> withdrawn) {
        requireSaved(withdrawn, Set.of());
    }

    /** As that, but without those that had been withdrawn before: who asked for that was told. */
    void requireSaved(Collection<Instance> withdrawn, Set<Saving> before) {
        Set<String> waiting = Behalf.of(CurrentCall.bound()).instances();
        long end = System.nanoTime() + SOON.toNanos();
        List<Saving> waitedFor = withdrawn.stream()
                .filter(instance -> !waiting.contains(instance.name()))
                .map(Instance::saving)
                .filter(saving -> !before.contains(saving))
                .toList();
        try {
            for (Saving one : waitedFor) {
                while (!one.await(LOOK_AGAIN) && (one.begun() || mayEndSoon(one, end))) {
                    LOG.debug("Not saved yet");
                }
            }
        } catch (InterruptedException goOn) {
            Thread.currentThread().interrupt();
        }
        waitedFor.stream().flatMap(one -> one.failure().stream()).findFirst().ifPresent(failure -> {
            throw failure.toException();
        });
    }

    private synchronized boolean mayEndSoon(Saving saving, long end) {
        return System.nanoTime() - end < 0
                && leaving.stream()
                        .noneMatch(one -> one.saving() == saving
                                && one.generation().leases().anyLong());
    }

    /** How many generations of an instance that once served have not ended. */
    synchronized long draining(String instance) {
        return leaving.stream()
                .filter(one -> one.published() && one.of(instance))
                .count();
    }

    /** Waits until every one of these instances has ended; whether they did. */
    synchronized boolean await(Predicate<String> instances, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!of(instances).isEmpty()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /** Cancels every call on those of these instances, long ones too, and waits no longer than this for any that does not end: then what they know is saved. */
    void hurry(Predicate<String> instances, Duration calls) {
        of(instances).forEach(one -> {
            one.generation().leases().cancel(true);
            one.hurry().within(calls);
        });
    }

    /** The artifacts that they still need. */
    synchronized Set<String> artifacts() {
        Set<String> needed = new HashSet<>();
        leaving.forEach(one -> needed.add(one.generation().artifact().sha256()));
        return needed;
    }

    private synchronized List<Leaving> of(Predicate<String> instances) {
        return leaving.stream()
                .filter(one -> instances.test(one.generation().instance()))
                .toList();
    }
}
