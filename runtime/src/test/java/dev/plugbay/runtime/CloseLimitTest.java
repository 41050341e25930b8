package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.SavedState;
import dev.plugbay.example.Greeter;
import dev.plugbay.example.Reach;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that has only so long to close divides that time among its plugins. */
class CloseLimitTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    private final CountDownLatch hang = new CountDownLatch(1);

    @AfterEach
    void disconnect() {
        hang.countDown();
        Reach.connect(what -> {});
    }

    private Optional<SavedState> kept() {
        try (FileHostStore store = new FileHostStore(home)) {
            return store.state("counter");
        }
    }

    /** One whose second generation hangs while it starts, and that stops with the others or before them. */
    private void hanger(Map<String, String> requires) {
        Plugins.main(
                        "hanger",
                        "1.0.0",
                        "@Override public void start(dev.plugbay.api.PluginContext c) { dev.plugbay.example.Reach.host(\"start\" + c.generation()); }")
                .with("requires", Map.of("plugins", requires))
                .to(folder);
    }

    private void closeWhileOneHangs() {
        Counters.of("1.0.0").jar().to(folder);
        CountDownLatch hangs = new CountDownLatch(1);
        Reach.connect(what -> {
            if (what.equals("start2")) {
                hangs.countDown();
                try {
                    hang.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        PluginHost host = Plugins.host(folder)
                .home(home)
                .with(settings -> settings.hookTimeout(Duration.ofSeconds(60)).drain(Duration.ofSeconds(30)))
                .start();
        Greeter counter = host.extension(Greeter.class, "counter");
        for (int i = 0; i < 3; i++) {
            counter.greet("x");
        }
        CompletableFuture<Void> reloading = CompletableFuture.runAsync(
                () -> host.reload("hanger", ReloadOptions.gentle()), Thread::startVirtualThread);
        CompletableFuture<String> working = CompletableFuture.supplyAsync(
                () -> counter.work(step -> true), Thread::startVirtualThread); // till it is cancelled
        await().until(() -> hangs.getCount() == 0);
        host.close(Duration.ofSeconds(15));
        assertThat(working.handle((done, failure) -> failure).join()).isNotNull();
        assertThat(reloading).as("the operation hung all the time").isNotDone();
    }

    @Test
    void an_operation_that_hangs_in_a_plugin_that_stops_first_leaves_the_later_ones_time_to_save_their_state() {
        hanger(Map.of("counter", ">=1.0.0"));
        closeWhileOneHangs();
        assertThat(kept()).hasValue(SavedState.ofText(1, "3"));
    }

    @Test
    void an_operation_that_hangs_leaves_those_that_stop_beside_it_time_to_save_their_state() {
        hanger(Map.of());
        closeWhileOneHangs();
        assertThat(kept()).hasValue(SavedState.ofText(1, "3"));
    }
}
