package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PluginCallException;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmPower;
import dev.plugbay.cloud.VmPower.StopMode;
import dev.plugbay.cloud.VmProvider;
import dev.plugbay.runtime.Plugbay;
import dev.plugbay.runtime.PluginHost;
import dev.plugbay.runtime.PluginState;
import dev.plugbay.runtime.ReloadOptions;
import dev.plugbay.runtime.UnloadVerdict;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin as hosts have it: from its jar, in a class loader of its own. What is connected, listed and switched leaves nothing of it behind. */
class LibvirtThroughHostTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String MACHINE = "6695eb01-f6a4-8304-79aa-97f2502e193f";
    private static final int CALLERS = 4;
    private static final int RELOADS = 50;

    @TempDir
    private Path drop;

    private PluginHost host(String uri) throws IOException, URISyntaxException {
        return host(Map.of("uri", uri));
    }

    /** A host with libvirt's test driver, which has one machine. */
    private PluginHost driver() throws IOException, URISyntaxException {
        Libvirt ignored = Needed.libvirt();
        return host("test:///default");
    }

    private PluginHost host(Map<String, Object> config) throws IOException, URISyntaxException {
        PluginPack.write(drop.resolve("libvirt.jar"));
        return Plugbay.builder().plugins(drop).config("libvirt", config).start();
    }

    @Test
    void a_generation_that_connected_listed_switched_and_failed_is_released() throws Exception {
        try (PluginHost host = driver()) {
            VmProvider vms = host.extension(VmProvider.class, "libvirt");
            VmPower power = host.extension(VmPower.class, "libvirt");
            assertThat(vms).isNotInstanceOf(LibvirtProvider.class);
            assertThat(vms.list(VmFilter.all(), Page.first()).items()).hasSize(1);
            power.stop(MACHINE, StopMode.GRACEFUL);
            power.start(MACHINE);
            assertThat(code(() -> power.start("nobody"))).isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(vms.validate().ok()).isTrue();

            host.unload("libvirt");

            assertThat(settled(host).outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
        }
    }

    @Test
    void fifty_reloads_under_callers_fail_no_call_and_every_generation_is_released() throws Exception {
        try (PluginHost host = driver()) {
            VmProvider vms = host.extension(VmProvider.class, "libvirt");
            AtomicBoolean ends = new AtomicBoolean();
            AtomicLong calls = new AtomicLong();
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    while (!ends.get()) {
                        try {
                            assertThat(vms.list(VmFilter.all(), Page.first()).items())
                                    .hasSize(1);
                            assertThat(vms.get(MACHINE)).isPresent();
                            calls.incrementAndGet();
                        } catch (RuntimeException | AssertionError e) {
                            failures.add(String.valueOf(e.getMessage()));
                        }
                    }
                }));
            }
            for (int reload = 0; reload < RELOADS; reload++) {
                long before = calls.get();
                host.reload("libvirt", ReloadOptions.gentle());
                await().atMost(PATIENCE).until(() -> calls.get() > before || !failures.isEmpty());
            }
            ends.set(true);
            for (Thread caller : callers) {
                caller.join();
            }

            assertThat(failures).isEmpty();
            assertThat(host.plugin("libvirt").orElseThrow().health().level()).isEqualTo(Health.Level.HEALTHY);
            await().atMost(PATIENCE).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("libvirt"))
                        .hasSize(RELOADS)
                        .allMatch(verdict -> verdict.outcome() == UnloadVerdict.Outcome.RELEASED);
            });
            host.unload("libvirt");
            assertThat(settled(host).outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
        }
    }

    @Test
    void without_a_daemon_it_runs_says_what_to_do_and_is_released() throws Exception {
        Libvirt ignored = Needed.libvirt();
        try (PluginHost host = host("qemu+unix:///system?socket=" + drop.resolve("none"))) {
            assertThat(host.plugin("libvirt").orElseThrow().state()).isEqualTo(PluginState.RUNNING);
            Health health = host.plugin("libvirt").orElseThrow().health();
            assertThat(health.level()).isEqualTo(Health.Level.UNHEALTHY);
            assertThat(health.reasons().getFirst()).contains("libvirtd does not run", "install");
            VmProvider vms = host.extension(VmProvider.class, "libvirt");
            assertThat(vms.validate().ok()).isFalse();
            assertThat(code(() -> vms.list(VmFilter.all(), Page.first()))).isEqualTo(ErrorCode.UNAVAILABLE);

            host.unload("libvirt");

            assertThat(settled(host).outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
        }
    }

    /** Whoever does without libvirt must not be told at each list that it is missing; its health tells. */
    @Test
    void without_libvirt_it_runs_has_no_machines_and_says_what_to_install() throws Exception {
        String socket = "qemu+unix:///system?socket=" + drop.resolve("none");
        try (PluginHost host = host(Map.of("uri", socket, "library", "/nonexistent/libvirt.so.0"))) {
            assertThat(host.plugin("libvirt").orElseThrow().state()).isEqualTo(PluginState.RUNNING);
            Health health = host.plugin("libvirt").orElseThrow().health();
            assertThat(health.level()).isEqualTo(Health.Level.UNHEALTHY);
            assertThat(health.reasons().getFirst()).contains("not installed", "apt install libvirt0");
            VmProvider vms = host.extension(VmProvider.class, "libvirt");
            assertThat(vms.list(VmFilter.all(), Page.first()).items()).isEmpty();
            assertThat(vms.get(MACHINE)).isEmpty();
            assertThat(vms.validate().messages().getFirst()).contains("not installed");
            assertThat(vms.validate().ok()).isFalse();

            host.unload("libvirt");

            assertThat(settled(host).outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
        }
    }

    /** A connection to somewhere else may well have machines. */
    @Test
    void without_libvirt_nothing_is_said_of_what_cannot_be_seen() throws Exception {
        try (PluginHost host =
                host(Map.of("uri", "qemu+ssh://far.example/system", "library", "/nonexistent/libvirt.so.0"))) {
            VmProvider vms = host.extension(VmProvider.class, "libvirt");
            assertThat(code(() -> vms.list(VmFilter.all(), Page.first()))).isEqualTo(ErrorCode.UNAVAILABLE);
        }
    }

    private static ErrorCode code(Runnable work) {
        try {
            work.run();
        } catch (PluginCallException e) {
            return e.code();
        }
        throw new AssertionError("it should have failed");
    }

    private static UnloadVerdict settled(PluginHost host) {
        await().atMost(PATIENCE).until(() -> {
            host.settleVerdicts();
            return !host.verdicts("libvirt").isEmpty()
                    && host.verdicts("libvirt").getFirst().outcome() != UnloadVerdict.Outcome.PENDING;
        });
        return host.verdicts("libvirt").getFirst();
    }
}
