package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import dev.plugbay.example.Reach;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that call back into themselves and each other, and that reload themselves, while they hand over. */
class HandoverReentryTest {
    @TempDir
    Path folder;

    @AfterEach
    void disconnect() {
        Reach.connect(what -> {});
    }

    @Test
    void a_plugin_that_reloads_itself_gets_an_answer_and_is_reloaded_when_the_call_has_ended() {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            Queue<Integer> seen = new ConcurrentLinkedQueue<>();
            Reach.connect(what -> {
                PluginStatus status = host.reload("counter", ReloadOptions.gentle());
                seen.add(status.generation().orElseThrow());
            });
            assertThat(counter.greet("ask reload")).isEqualTo("1");
            assertThat(seen).containsExactly(1);
            await().until(() ->
                    host.plugin("counter").orElseThrow().generation().orElseThrow() == 2);
            assertThat(Counters.count(host)).isEqualTo(1);
        }
    }

    @Test
    void a_change_that_would_wait_for_the_call_which_asks_for_it_is_refused_at_once() {
        Counters.of("1.0.0")
                .jar()
                .with("reloadOnConfigChange", true)
                .with("configSchema", Map.of("type", "object", "properties", Map.of("a", Map.of("type", "integer"))))
                .to(folder);
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            Queue<ErrorCode> refused = new ConcurrentLinkedQueue<>();
            Reach.connect(what -> refused.add(catchThrowableOfType(
                            PlugbayException.class, () -> host.configure("counter", Map.of("a", 1)))
                    .code()));
            assertThat(counter.greet("ask configure")).isEqualTo("1");
            assertThat(refused).containsExactly(ErrorCode.BUSY);
            assertThat(host.config("counter")).isEmpty();
        }
    }

    @Test
    void a_hook_that_asks_for_a_handover_of_its_own_plugin_is_refused_at_once() {
        Counters.of("1.0.0")
                .save("dev.plugbay.example.Reach.host(\"save\");")
                .jar()
                .to(folder);
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            Queue<ErrorCode> refused = new ConcurrentLinkedQueue<>();
            Reach.connect(what -> {
                refused.add(catchThrowableOfType(
                                PlugbayException.class, () -> host.reload("counter", ReloadOptions.gentle()))
                        .code());
                refused.add(catchThrowableOfType(PlugbayException.class, () -> counter.greet("x"))
                        .code());
            });
            host.reload("counter", ReloadOptions.gentle());
            assertThat(refused).containsExactly(ErrorCode.BUSY, ErrorCode.BUSY);
            Reach.connect(what -> {});
            assertThat(counter.greet("x")).isEqualTo("1");
        }
    }

    @Test
    void a_listener_of_the_host_that_calls_back_into_the_plugin_passes_the_door() throws Exception {
        Counters.of("1.0.0").jar().to(folder);
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            CountDownLatch inside = new CountDownLatch(1);
            // Reached from a call that may be handed over: through the host's own code, which the plugin calls.
            Reach.connect(what -> {
                inside.countDown();
                try {
                    host.call(CallOptions.by("the host"), () -> {
                        for (int i = 0; i < 50; i++) {
                            counter.greet("x");
                            LockSupport.parkNanos(2_000_000);
                        }
                        return what;
                    });
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            });
            CompletableFuture<String> outer =
                    CompletableFuture.supplyAsync(() -> counter.greet("ask callback"), Thread::startVirtualThread);
            inside.await();
            host.reload("counter", ReloadOptions.gentle());
            assertThat(outer.get(10, TimeUnit.SECONDS)).isEqualTo("51");
            assertThat(Counters.count(host)).isEqualTo(51);
        }
    }

    @Test
    void two_that_call_each_other_are_handed_over_at_once_again_and_again_with_no_call_lost_and_no_wait_too_long()
            throws Exception {
        Counters.of("counter", "1.0.0").jar().to(folder);
        Counters.of("other", "1.0.0").jar().to(folder);
        try (var host = Plugins.patient(folder).hotReload(false).start()) {
            Greeter counter = host.extension(Greeter.class, "counter");
            Greeter other = host.extension(Greeter.class, "other");
            AtomicLong inner = new AtomicLong();
            AtomicLong turn = new AtomicLong();
            AtomicLong asked = new AtomicLong();
            // "ask other 2" calls the other one, which calls the first one again, and so on.
            Reach.connect(what -> {
                List<String> words = List.of(what.split(" ", -1));
                int depth = Integer.parseInt(words.get(2));
                if (words.get(1).equals("reload")) {
                    host.reload("counter", ReloadOptions.gentle());
                } else if (depth > 0) {
                    inner.incrementAndGet();
                    boolean toOther = words.get(1).equals("other");
                    (toOther ? other : counter).greet("ask " + (toOther ? "counter " : "other ") + (depth - 1));
                }
            });
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong outer = new AtomicLong();
            AtomicLong longest = new AtomicLong();
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                var builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
                callers.add(builder.start(() -> {
                    while (!stop.get()) {
                        boolean first = ThreadLocalRandom.current().nextBoolean();
                        String what = turn.incrementAndGet() % 400 == 0 && asked.incrementAndGet() <= 10
                                ? "ask reload 0"
                                : "ask " + (first ? "other" : "counter") + " 3";
                        long begun = System.nanoTime();
                        try {
                            host.call(
                                    CallOptions.by("me").timeout(Duration.ofSeconds(20)),
                                    () -> (first ? counter : other).greet(what));
                            outer.incrementAndGet();
                        } catch (Exception failure) {
                            failures.add(failure.toString());
                        }
                        longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
                        LockSupport.parkNanos(1_000);
                    }
                }));
            }
            List<CompletableFuture<Void>> reloads = new ArrayList<>();
            for (String id : List.of("counter", "other")) {
                reloads.add(CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < 20; i++) {
                                host.reload(id, ReloadOptions.gentle());
                            }
                        },
                        Thread::startVirtualThread));
            }
            reloads.forEach(CompletableFuture::join);
            stop.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(failures).isEmpty();
            assertThat(Duration.ofNanos(longest.get())).isLessThan(Duration.ofSeconds(15));
            assertThat(outer.get() + inner.get())
                    .isEqualTo(Long.parseLong(counter.greet("count")) + Long.parseLong(other.greet("count")));
        }
    }
}
