package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Loops that come and go side by side, as those of generations do. */
class EventLoopTest {
    private static final int SIDE_BY_SIDE = 60;
    private static final int ROUNDS = 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Libvirt libvirt = Needed.libvirt();
    private final List<Thread> threads = new ArrayList<>();

    private EventLoop loop() {
        return EventLoop.start(libvirt, task -> {
            Thread thread =
                    Thread.ofPlatform().name("loop " + threads.size()).daemon().unstarted(task);
            threads.add(thread);
            return thread;
        });
    }

    /** Where GLib hands out the turns, this fails within a few rounds. */
    @Test
    void each_of_many_ends_when_it_is_stopped() {
        for (int round = 0; round < ROUNDS; round++) {
            List<EventLoop> loops = new ArrayList<>();
            for (int i = 0; i < SIDE_BY_SIDE; i++) {
                loops.add(loop());
            }
            loops.forEach(EventLoop::stop);
            await("round " + round)
                    .atMost(PATIENCE)
                    .until(() -> threads.stream().noneMatch(Thread::isAlive));
            threads.clear();
        }
        assertThat(System.getProperty(EventLoop.TURN)).isNull();
    }

    @Test
    void one_runs_it_and_when_that_one_is_stopped_another_does() {
        EventLoop first = loop();
        await().atMost(PATIENCE).until(() -> "loop 0".equals(System.getProperty(EventLoop.TURN)));
        EventLoop second = loop();
        first.stop();
        await().atMost(PATIENCE).until(() -> "loop 1".equals(System.getProperty(EventLoop.TURN)));
        second.stop();
        await().atMost(PATIENCE).until(() -> System.getProperty(EventLoop.TURN) == null);
    }
}
