package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.testkit.PrivateLibvirtd;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What threads that ask at the same time have of a connection. */
class ConnectionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Libvirt libvirt = Needed.libvirt();
    private final List<EventLoop> loops = new ArrayList<>();

    @BeforeEach
    void begin() {
        loops.add(EventLoop.start(libvirt, task -> Thread.ofPlatform().daemon().unstarted(task)));
    }

    @AfterEach
    void end() {
        loops.forEach(EventLoop::stop);
    }

    /** The links of as many as can ask at once, all of whom are inside at the same time. */
    private static List<MemorySegment> together(Connection connection) throws Exception {
        CyclicBarrier inside = new CyclicBarrier(Connection.LINKS);
        List<MemorySegment> links = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(Connection.LINKS)) {
            List<Future<MemorySegment>> asked = new ArrayList<>();
            for (int i = 0; i < Connection.LINKS; i++) {
                Callable<MemorySegment> work = () -> connection.use(PATIENCE, session -> {
                    try {
                        inside.await();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    return session.connection();
                });
                asked.add(threads.submit(work));
            }
            for (Future<MemorySegment> one : asked) {
                links.add(one.get());
            }
        }
        return links;
    }

    /** Threads that share a link of libvirt's client can end the process when libvirtd hangs. */
    @Test
    void no_two_threads_are_on_the_same_link_to_a_daemon() throws Exception {
        try (PrivateLibvirtd libvirtd = PrivateLibvirtd.start()) {
            Connection connection = Connection.open(libvirt, libvirtd.uri(), () -> true);
            assertThat(together(connection)).doesNotHaveDuplicates();
            assertThat(together(connection)).as("and again").doesNotHaveDuplicates();
            assertThat(connection.end(PATIENCE)).isTrue();
        }
    }

    @Test
    void where_a_daemon_has_no_room_for_another_link_those_who_ask_wait_for_each_other_or_are_told_in_time()
            throws Exception {
        try (PrivateLibvirtd libvirtd = PrivateLibvirtd.start()) {
            Connection connection = Connection.open(libvirt, libvirtd.uri(), () -> false);
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                Callable<Integer> holder = () -> connection.use(PATIENCE, session -> {
                    inside.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return session.domains().size();
                });
                Future<Integer> first = threads.submit(holder);
                inside.await();
                assertThatThrownBy(() -> connection.use(Duration.ofMillis(300), session -> session.domains()))
                        .isInstanceOfSatisfying(
                                PluginException.class,
                                failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CALL_TIMEOUT));
                Callable<Integer> waiter = () ->
                        connection.use(PATIENCE, session -> session.domains().size());
                Future<Integer> second = threads.submit(waiter);
                goOn.countDown();
                assertThat(first.get()).isZero();
                assertThat(second.get()).isZero();
            }
            assertThat(libvirtd.clients()).hasSize(1);
            assertThat(connection.end(PATIENCE)).isTrue();
        }
    }

    @Test
    void a_driver_within_the_process_has_one_link_for_all() throws Exception {
        Connection connection = Connection.open(libvirt, "test:///default", () -> true);
        assertThat(together(connection)).containsOnly(together(connection).getFirst());
        assertThat(connection.end(PATIENCE)).isTrue();
    }

    /** libvirtd's own signs of life are enough. */
    @Test
    void a_connection_that_nobody_uses_stays_longer_than_a_silent_daemon_is_waited_for() throws Exception {
        try (PrivateLibvirtd libvirtd = PrivateLibvirtd.start()) {
            Connection connection = Connection.open(libvirt, libvirtd.uri(), () -> true);
            await().during(Duration.ofSeconds(20)).atMost(PATIENCE).until(connection::alive);
            libvirtd.freezeDaemon();
            await().atMost(PATIENCE).until(() -> !connection.alive());
            libvirtd.thawDaemon();
            assertThat(connection.end(PATIENCE)).isTrue();
        }
    }
}
