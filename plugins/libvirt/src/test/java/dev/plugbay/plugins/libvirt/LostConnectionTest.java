package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.testkit.PrivateLibvirtd;
import dev.plugbay.testkit.TestCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A libvirtd that ends, restarts, or hangs under those who use it. */
class LostConnectionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CALLERS = 6;
    private static final Set<ErrorCode> TYPED = EnumSet.of(ErrorCode.UNAVAILABLE, ErrorCode.CALL_TIMEOUT);

    private Optional<PrivateLibvirtd> started = Optional.empty();
    private final List<LibvirtFixture> fixtures = new ArrayList<>();

    @BeforeEach
    void start() {
        started = Optional.of(PrivateLibvirtd.start());
        libvirtd().define(Domains.small("web", 1, ""));
    }

    @AfterEach
    void end() {
        fixtures.forEach(LibvirtFixture::close);
        started.ifPresent(PrivateLibvirtd::close);
    }

    private PrivateLibvirtd libvirtd() {
        return started.orElseThrow();
    }

    private LibvirtFixture libvirt(String... settings) {
        LibvirtFixture fixture = LibvirtFixture.of(libvirtd().uri(), settings);
        fixtures.add(fixture);
        return fixture;
    }

    private static int list(LibvirtFixture libvirt) {
        return libvirt.provider.list(VmFilter.all(), Page.first()).items().size();
    }

    private static Optional<PluginException> failure(LibvirtFixture libvirt) {
        try {
            assertThat(list(libvirt)).isEqualTo(1);
            return Optional.empty();
        } catch (PluginException e) {
            return Optional.of(e);
        }
    }

    @Test
    void restarts_under_callers_are_typed_failures_and_then_all_is_well_again() throws Exception {
        LibvirtFixture libvirt = libvirt();
        AtomicBoolean ends = new AtomicBoolean();
        AtomicLong good = new AtomicLong();
        AtomicLong bad = new AtomicLong();
        Queue<Throwable> odd = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofVirtual().start(() -> {
                while (!ends.get()) {
                    try {
                        Optional<PluginException> failure = failure(libvirt);
                        failure.ifPresentOrElse(it -> bad.incrementAndGet(), good::incrementAndGet);
                        failure.filter(it -> !TYPED.contains(it.code())).ifPresent(odd::add);
                    } catch (RuntimeException | AssertionError e) {
                        odd.add(e);
                    }
                }
            }));
        }
        for (int restart = 0; restart < 3; restart++) {
            grows(good);
            libvirtd().killDaemon();
            grows(bad);
            await().atMost(PATIENCE).until(() -> libvirt.plugin.health().level() == Health.Level.UNHEALTHY);
            libvirtd().startDaemon();
            grows(good);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(libvirt.plugin.health()).isEqualTo(Health.healthy()));
        }
        ends.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(odd).isEmpty();
    }

    private static void grows(AtomicLong count) {
        long before = count.get();
        await().atMost(PATIENCE).until(() -> count.get() > before);
    }

    @Test
    void an_idle_connection_that_is_lost_is_noticed_and_replaced_without_any_call() {
        LibvirtFixture libvirt = libvirt();
        libvirtd().stopDaemon();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(libvirt.plugin.health().reasons())
                        .singleElement()
                        .asString()
                        .contains("libvirtd does not run"));
        libvirtd().startDaemon();
        await().atMost(PATIENCE).until(() -> libvirt.plugin.health().level() == Health.Level.HEALTHY);
    }

    @Test
    void a_second_connection_that_is_missing_is_told_and_replaced_as_soon_as_it_can_be() {
        LibvirtFixture libvirt = libvirt();
        assertThat(libvirt.plugin.health()).isEqualTo(Health.healthy());
        List<String> links = libvirtd().clients();
        assertThat(links).as("one for each connection").hasSizeGreaterThanOrEqualTo(2);
        boolean told = false;
        for (String link : links) { // which connection it is of, nobody says
            if (told || !libvirtd().clients().contains(link)) {
                continue;
            }
            libvirtd().limitClients(1);
            libvirtd().disconnect(link);
            await().atMost(PATIENCE).until(() -> libvirt.plugin.health().level() != Health.Level.HEALTHY);
            Health health = libvirt.plugin.health();
            if (health.level() == Health.Level.DEGRADED) {
                told = true;
                assertThat(health.reasons()).singleElement().asString().contains("not exported");
                assertThat(list(libvirt)).isEqualTo(1);
                assertThat(libvirt.provider.validate().ok()).isFalse();
            }
            libvirtd().limitClients(100);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(libvirt.plugin.health()).isEqualTo(Health.healthy()));
        }
        assertThat(told).isTrue();
    }

    @Test
    void a_daemon_that_hangs_keeps_no_caller_beyond_its_deadline_and_is_given_up() {
        LibvirtFixture libvirt = libvirt("callTimeout", "1s");
        libvirtd().freezeDaemon();
        try {
            long begin = System.nanoTime();
            assertThat(failure(libvirt).orElseThrow().code()).isEqualTo(ErrorCode.CALL_TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(libvirt.plugin.health().reasons())
                            .singleElement()
                            .asString()
                            .contains("it hangs"));
            assertThat(TYPED).contains(failure(libvirt).orElseThrow().code());
        } finally {
            libvirtd().thawDaemon();
        }
        await().atMost(PATIENCE).until(() -> failure(libvirt).isEmpty());
    }

    @Test
    void a_plugin_stops_and_leaves_no_thread_while_its_daemon_hangs() {
        LibvirtFixture libvirt = libvirt("callTimeout", "1s");
        libvirtd().freezeDaemon();
        try {
            assertThat(failure(libvirt).orElseThrow().code()).isEqualTo(ErrorCode.CALL_TIMEOUT);
            libvirt.stop();
            await().atMost(PATIENCE).until(libvirt::clean);
        } finally {
            libvirtd().thawDaemon();
        }
    }

    @Test
    void a_cancelled_caller_leaves_at_once_though_the_daemon_hangs() throws Exception {
        LibvirtFixture libvirt = libvirt("callTimeout", "10m");
        libvirtd().freezeDaemon();
        try {
            TestCall call = new TestCall();
            FutureTask<Optional<PluginException>> failure = new FutureTask<>(() -> call.call(() -> failure(libvirt)));
            Thread caller = Thread.ofPlatform().start(failure);
            await().atMost(PATIENCE).until(call::listened);
            call.cancel();
            assertThat(caller.join(PATIENCE)).isTrue();
            assertThat(failure.get().orElseThrow().code()).isEqualTo(ErrorCode.CALL_CANCELLED);
            assertThat(CallContext.current().cancelled()).isFalse();
        } finally {
            libvirtd().thawDaemon();
        }
    }
}
