package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmProvider;
import dev.plugbay.runtime.Plugbay;
import dev.plugbay.runtime.PluginHost;
import dev.plugbay.runtime.ReloadOptions;
import dev.plugbay.runtime.UnloadVerdict;
import dev.plugbay.testkit.GuestMachine;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five exports at once, beside callers and reloads of the plugin that makes them. */
class ExportLoadTest {
    private static final boolean FULL = "full".equals(System.getProperty("plugbay.proofs"));
    private static final int EXPORTS = 5;

    /** How many of the five machines run and write; under emulation each takes a whole processor. */
    private static final int RUNNING = FULL ? 2 : 1;

    private static final int CALLERS = 16;
    private static final int RELOADS = FULL ? 50 : 10;
    private static final long MEMORY = 64L << 20;
    private static final Duration SAMPLE = Duration.ofMillis(200);

    @TempDir
    Path temp;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger exported = new AtomicInteger();

    @Test
    @Timeout(900)
    void five_exports_beside_callers_and_reloads_all_end_right_and_in_little_memory() throws Exception {
        Path drop = Files.createDirectory(temp.resolve("drop"));
        PluginPack.write(drop.resolve("libvirt.jar"));
        try (ExportLab lab = ExportLab.start()) {
            List<GuestMachine> guests = new ArrayList<>();
            for (int i = 0; i < EXPORTS; i++) {
                guests.add(lab.guest("guest" + i));
            }
            for (GuestMachine guest : guests.subList(0, RUNNING)) {
                guest.start();
            }
            try (PluginHost host = Plugbay.builder()
                    .plugins(drop)
                    .config(
                            "libvirt",
                            Map.of("uri", lab.libvirtd.uri(), "scratch", lab.scratch.toString(), "callTimeout", "60s"))
                    .start()) {
                VmProvider vms = host.extension(VmProvider.class, "libvirt");
                export(vms, guests.getFirst(), true, temp.resolve("warm")); // classes, and libvirt's own memory
                long one = peak(() -> export(vms, guests.getFirst(), true, temp.resolve("one")));
                long five = peak(() -> together(host, vms, guests));

                assertThat(failures).isEmpty();
                assertThat(exported.get()).isGreaterThanOrEqualTo(EXPORTS);
                assertThat(five - one)
                        .as(
                                "bytes in use during five exports, callers and reloads (%d) beyond those during one (%d)",
                                five, one)
                        .isLessThan(MEMORY);
                await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                    host.settleVerdicts();
                    assertThat(host.verdicts("libvirt"))
                            .hasSizeGreaterThanOrEqualTo(RELOADS)
                            .allMatch(verdict -> verdict.outcome() == UnloadVerdict.Outcome.RELEASED);
                });
            }
            guests.forEach(lab::assertNothingLeft);
        }
    }

    /** Round after round of five exports at once, until the plugin was reloaded often enough. */
    private void together(PluginHost host, VmProvider vms, List<GuestMachine> guests) {
        AtomicBoolean ends = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        threads.add(Thread.ofPlatform().start(() -> {
            while (!ends.get() && failures.isEmpty()) {
                List<Thread> round = new ArrayList<>();
                for (int i = 0; i < guests.size(); i++) {
                    GuestMachine guest = guests.get(i);
                    boolean running = i < RUNNING;
                    Path out = temp.resolve("out" + i);
                    round.add(Thread.ofPlatform().start(() -> export(vms, guest, running, out)));
                }
                round.forEach(ExportLoadTest::join);
            }
        }));
        for (int i = 0; i < CALLERS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (!ends.get()) {
                    try {
                        assertThat(vms.list(VmFilter.all(), Page.first()).items())
                                .hasSize(EXPORTS);
                    } catch (RuntimeException | AssertionError e) {
                        failures.add("list: " + e);
                    }
                }
            }));
        }
        try {
            for (int reloads = 0; reloads < RELOADS && failures.isEmpty(); reloads++) {
                host.reload("libvirt", ReloadOptions.gentle());
            }
        } catch (PlugbayException e) {
            failures.add("reload: " + e + " " + e.details());
        }
        ends.set(true);
        threads.forEach(ExportLoadTest::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An export that is checked; its failure is noted. */
    private void export(VmProvider vms, GuestMachine guest, boolean running, Path out) {
        try {
            Files.createDirectory(out);
            vms.export(guest.uuid(), ExportOptions.defaults(), out, progress -> {});
            Path vda = out.resolve("vda.raw");
            Path vdb = out.resolve("vdb.raw");
            if (running) {
                ExportLab.counters(vda, vdb);
            } else {
                Needed.run("qemu-img", "compare", "-U", "-f", "raw", "-F", "raw", guest.boot(), vda);
                Needed.run("qemu-img", "compare", "-U", "-f", "qcow2", "-F", "raw", guest.data(), vdb);
            }
            Files.delete(vda);
            Files.delete(vdb);
            Files.delete(out);
            exported.incrementAndGet();
        } catch (Exception | AssertionError e) {
            failures.add("export of " + guest.name() + ": " + e);
        }
    }

    /** The most that was in use right after a collection, on the heap and off it, while some work was done. */
    private static long peak(Runnable work) throws InterruptedException {
        AtomicLong peak = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        Thread sampler = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                peak.accumulateAndGet(inUse(), Math::max);
                LockSupport.parkNanos(SAMPLE.toNanos());
            }
        });
        work.run();
        done.set(true);
        sampler.join();
        return peak.get();
    }

    private static long inUse() {
        System.gc();
        // As the collector left it: what others have allocated since is no more in use than before.
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                .sum();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return heap + direct;
    }
}
