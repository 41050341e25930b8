package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that takes its time, such as a database that another program locks, keeps those waiting that change something, and nobody else. */
class SlowStoreTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    private final AtomicBoolean slow = new AtomicBoolean();
    private final CountDownLatch saving = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    private HostStore store() {
        return Stores.of(home, method -> {
            if (slow.get() && method.equals("save")) {
                saving.countDown();
                go.await();
            }
        });
    }

    @Test
    void what_is_wanted_is_read_while_a_change_of_it_is_being_stored_and_shows_it_only_afterwards() throws Exception {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        try (var host = Plugins.host(folder).home(home).store(store()).start()) {
            slow.set(true);
            CompletableFuture<PluginStatus> disabling =
                    CompletableFuture.supplyAsync(() -> host.disable("hello"), Thread::startVirtualThread);
            saving.await();
            try {
                CompletableFuture<PluginStatus> shown = CompletableFuture.supplyAsync(
                        () -> host.plugin("hello").orElseThrow(), Thread::startVirtualThread);
                assertThat(in(shown).enabled()).isTrue();
                assertThat(in(CompletableFuture.supplyAsync(host::plugins, Thread::startVirtualThread)))
                        .hasSize(1);
            } finally {
                go.countDown();
            }
            assertThat(disabling.join().enabled()).isFalse();
        }
    }

    private static <T> T in(CompletableFuture<T> answer) throws ExecutionException, InterruptedException {
        try {
            return answer.get(20, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("who reads waits for the store", e);
        }
    }
}
