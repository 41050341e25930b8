package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
            if (slow.get() && method.equals("state")) {
                Waits.uninterrupted(go);
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

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_start_for_which_the_kept_state_cannot_be_read_ends_at_its_limit_and_the_next_has_it() {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = Plugins.host(folder)
                .home(home)
                .hotReload(false)
                .with(settings -> settings.hookTimeout(Duration.ofSeconds(2)))
                .store(store())
                .start()) {
            host.extension(Greeter.class, "counter").greet("x");
            host.stop("counter");
            slow.set(true);
            try {
                PlugbayException refused = catchThrowableOfType(PlugbayException.class, () -> host.start("counter"));
                assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                assertThat(refused.detail()).isEqualTo("The state of counter could not be read within 2s.");
                assertThat(refused.plugin()).hasValue("counter");
                assertThat(refused.generation()).hasValue(2);
                assertThat(host.stop("counter").state())
                        .as("what is asked of it after that is answered")
                        .isEqualTo(PluginState.STOPPED);
            } finally {
                slow.set(false);
                go.countDown();
            }
            host.start("counter");
            assertThat(Counters.count(host)).isEqualTo(1);
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
