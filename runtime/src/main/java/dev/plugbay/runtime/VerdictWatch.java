package dev.plugbay.runtime;

import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what became of unloaded generations. Each is watched through a weak reference, with a sentinel beside it: a loader of the same
 * age that nobody holds. A generation that is alive although two sentinels, one after the other, were collected, is held by something;
 * while a sentinel lives, the collector has not been by and nothing can be said. So neither a lazy collector nor one that ignores requests makes
 * a false verdict. Caches of the JDK hold classes softly (such as a method handle's last conversion); these go only when memory is needed. So
 * where no thread can be named, there is a third sentinel, which is held softly itself and as young as any use of such a cache: while it lives, the generation may
 * be held softly only. And compiled code that is on some thread's stack holds the classes that it was made for, which no heap dump shows: under callers without
 * pause it is on some stack at almost every collection. So where nobody can be named, a leak must survive many collections before it is called one.
 *
 * <p>Shared: entries are guarded by this object's monitor; retirements add, one timer looks, anybody reads. Only text and weak references are
 * kept of a plugin.
 */
final class VerdictWatch {
    private static final Logger LOG = LoggerFactory.getLogger(VerdictWatch.class);
    private static final int KEPT = 100;
    private static final int KEPT_OF_ALL = 5_000;
    private static final int SENTINELS = 2;

    /** Collections that one must survive to be called a leak where nobody can be named as its holder. */
    private static final int UNNAMED_SENTINELS = 20;

    private static final String UNNAMED =
            "calls under way to end: perhaps only compiled code on their stacks, made for an earlier generation, holds it";
    private static final String SOFTLY =
            "memory to become scarce: perhaps only a cache of the JDK holds it, softly (-XX:SoftRefLRUPolicyMSPerMB says for how long)";
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration SETTLE_AT_MOST = Duration.ofSeconds(5);

    private final Supplier<Duration> nudgeInterval;
    private final ThreadFinder threads;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long nudgedAt = System.nanoTime();

    VerdictWatch(Supplier<Duration> nudgeInterval, ThreadFinder threads) {
        this.nudgeInterval = nudgeInterval;
        this.threads = threads;
    }

    /** Looks from now on, until {@code timers} are shut down. */
    @SuppressWarnings("FutureReturnValueIgnored") // tick() fails never
    void start(ScheduledExecutorService timers) {
        timers.scheduleWithFixedDelay(this::tick, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A generation was withdrawn. */
    synchronized Entry begin(String plugin, String instance, int generation, String version) {
        Entry entry = new Entry(new Key(plugin, instance), generation, version);
        entries.add(entry);
        Predicate<Entry> ofIts = old -> old.of.equals(entry.of);
        if (entries.stream().filter(ofIts).count() > KEPT) {
            dropOne(ofIts); // an instance that is reloaded often does not push out another's
        }
        if (entries.size() > KEPT_OF_ALL) {
            dropOne(old -> true);
        }
        return entry;
    }

    private void dropOne(Predicate<Entry> which) {
        // One that leaked is kept for as long as possible: it counts, and may be released yet.
        entries.stream()
                .filter(which)
                .filter(old -> old.outcome == UnloadVerdict.Outcome.RELEASED)
                .findFirst()
                .or(() -> entries.stream()
                        .filter(which)
                        .filter(old -> old.settled)
                        .findFirst())
                .ifPresent(entries::remove);
    }

    /**
     * Its loader was closed; from now on it should be collected.
     *
     * @param births where threads that outlived the scope were started, by thread id
     * @param hung the hook that never returned
     */
    synchronized void watch(
            Entry entry, ClassLoader loader, Map<Long, String> births, Optional<UnloadVerdict.Holder> hung) {
        entry.loaderName = loader.getName();
        entry.births = Map.copyOf(births);
        entry.hung = hung.orElse(null);
        entry.loader = new WeakReference<>(loader);
        entry.sentinel = new WeakReference<>(Sentinel.make());
        entry.softSentinel = new SoftReference<>(Sentinel.make());
    }

    /** Verdicts on an instance, oldest first. */
    synchronized List<UnloadVerdict> of(String plugin, String instance) {
        Key key = new Key(plugin, instance);
        return entries.stream()
                .filter(entry -> entry.of.equals(key))
                .map(Entry::verdict)
                .toList();
    }

    /** How many generations of an instance are known to have leaked and are still there. */
    synchronized long leaked(String plugin, String instance) {
        Key key = new Key(plugin, instance);
        return entries.stream()
                .filter(entry -> entry.of.equals(key) && entry.outcome == UnloadVerdict.Outcome.LEAKED)
                .count();
    }

    /** What holds an instance's leaked generations. */
    synchronized List<String> holders(String plugin, String instance) {
        Key key = new Key(plugin, instance);
        return entries.stream()
                .filter(entry -> entry.of.equals(key) && entry.outcome == UnloadVerdict.Outcome.LEAKED)
                .flatMap(entry -> entry.holders.stream())
                .map(holder -> holder.kind() + " \"" + holder.name() + "\" " + holder.where())
                .distinct()
                .toList();
    }

    /** Requests collections until every watched generation has a verdict, for a few seconds at most. */
    void settle() {
        long end = System.nanoTime() + SETTLE_AT_MOST.toNanos();
        while (true) {
            System.gc();
            look();
            synchronized (this) {
                boolean open = entries.stream().anyMatch(entry -> entry.loader != null && !entry.settled);
                long left = end - System.nanoTime();
                if (!open || left <= 0) {
                    return;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, 20_000_000));
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void tick() {
        try {
            look();
        } catch (RuntimeException | Error failure) { // else the timer would never look again
            LOG.error("Looking for verdicts failed: {}", Stacks.text(failure));
        }
        boolean nudge;
        synchronized (this) {
            Duration interval = nudgeInterval.get();
            boolean open = entries.stream().anyMatch(entry -> entry.loader != null && !entry.settled);
            nudge = open && !interval.isZero() && System.nanoTime() - nudgedAt >= interval.toNanos();
            if (nudge) {
                nudgedAt = System.nanoTime();
            }
        }
        if (nudge) {
            System.gc();
        }
    }

    private void look() {
        List<Entry> suspects = new ArrayList<>();
        synchronized (this) {
            for (Entry entry : entries) {
                if (entry.loader == null || entry.outcome == UnloadVerdict.Outcome.RELEASED) {
                    continue;
                }
                if (entry.loader.refersTo(null)) {
                    entry.settle(UnloadVerdict.Outcome.RELEASED, List.of());
                } else if (!entry.settled && entry.sentinelGone()) {
                    entry.sentinel = new WeakReference<>(Sentinel.make());
                    if (++entry.sentinelsGone >= SENTINELS) {
                        suspects.add(entry);
                    }
                }
            }
            notifyAll();
        }
        // Looking for threads takes a while and is done outside of the monitor.
        for (Entry entry : suspects) {
            ClassLoader loader = entry.loaderIfAlive();
            if (loader == null) {
                continue;
            }
            List<UnloadVerdict.Holder> holders = new ArrayList<>(threads.holding(loader, entry.births));
            synchronized (this) {
                if (entry.hung != null) {
                    holders.add(entry.hung);
                }
                if (holders.isEmpty() && !entry.softSentinelGone()) {
                    entry.waitsFor = List.of(SOFTLY);
                    continue;
                }
                if (holders.isEmpty() && entry.sentinelsGone < UNNAMED_SENTINELS) {
                    entry.waitsFor = List.of(UNNAMED);
                    continue;
                }
                if (holders.isEmpty()) {
                    holders.add(new UnloadVerdict.Holder(
                            "unknown",
                            "an object of the host or the JDK",
                            "found by a heap dump: look for " + entry.loaderName));
                }
                entry.settle(UnloadVerdict.Outcome.LEAKED, holders);
            }
        }
    }

    /** Whose generation: a name may go from one plugin's instance to another's. */
    private record Key(String plugin, String instance) {}

    /** One generation. Guarded by the watch's monitor, except for {@link #waitsFor}. */
    final class Entry {
        private final Key of;
        private final int generation;
        private final String version;
        private final long begunAt = System.nanoTime();
        private UnloadVerdict.Outcome outcome = UnloadVerdict.Outcome.PENDING;
        private boolean settled;
        private long settledAt;
        private List<String> waitsFor = List.of();
        private List<UnloadVerdict.Holder> holders = List.of();
        private String loaderName = "";
        private Map<Long, String> births = Map.of();
        private UnloadVerdict.@Nullable Holder hung;
        private @Nullable WeakReference<ClassLoader> loader;
        private @Nullable WeakReference<ClassLoader> sentinel;
        private @Nullable SoftReference<ClassLoader> softSentinel;
        private int sentinelsGone;

        private Entry(Key of, int generation, String version) {
            this.of = of;
            this.generation = generation;
            this.version = version;
        }

        /** What it waits for: running calls, by name. */
        void waitsFor(List<String> calls) {
            synchronized (VerdictWatch.this) {
                waitsFor = List.copyOf(calls);
            }
        }

        private boolean sentinelGone() {
            return sentinel != null && sentinel.refersTo(null);
        }

        /** Asked without {@code get()}, which would make the collector think that it is in use. */
        private boolean softSentinelGone() {
            return softSentinel != null && softSentinel.refersTo(null);
        }

        private @Nullable ClassLoader loaderIfAlive() {
            WeakReference<ClassLoader> reference = loader;
            return reference == null ? null : reference.get();
        }

        private void settle(UnloadVerdict.Outcome found, List<UnloadVerdict.Holder> by) {
            outcome = found;
            settled = true;
            settledAt = System.nanoTime();
            holders = List.copyOf(by);
        }

        private UnloadVerdict verdict() {
            long until = settled ? settledAt : System.nanoTime();
            List<String> open = settled
                    ? List.of()
                    : waitsFor.isEmpty() ? List.of(loader == null ? "its stop" : "the garbage collector") : waitsFor;
            return new UnloadVerdict(
                    of.instance(), generation, version, outcome, (until - begunAt) / 1_000_000, open, holders);
        }
    }
}
