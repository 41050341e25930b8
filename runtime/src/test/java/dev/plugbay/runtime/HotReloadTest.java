package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotReloadTest {
    @TempDir
    Path folder;

    @Test
    void five_lines_embed_it() {
        Plugins.greeter("1.0.0").to(folder);
        try (var host = Plugins.host(folder).start()) {
            assertThat(host.extension(Greeter.class, "hello").greet("you")).isEqualTo("1.0.0 greets you");
        }
    }

    @Test
    void no_call_fails_and_a_long_call_ends_right_while_the_file_is_overwritten_fifty_times() throws Exception {
        Path jar = Plugins.greeter("1.0.0").to(folder, "hello.jar");
        List<byte[]> versions = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            versions.add(Plugins.greeter("1.0." + i).bytes());
        }
        // Sixteen callers that never pause may keep one of them, or who writes the file, off the processor for longer
        // than short times.
        try (var host = Plugins.host(folder)
                .with(settings -> settings.drain(Duration.ofSeconds(30)).settle(Duration.ofMillis(500)))
                .start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            AtomicBoolean stop = new AtomicBoolean();
            AtomicBoolean work = new AtomicBoolean(true);
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            AtomicLong calls = new AtomicLong();
            CountDownLatch working = new CountDownLatch(1);
            CompletableFuture<String> longCall = CompletableFuture.supplyAsync(
                    () -> greeter.work(step -> {
                        working.countDown();
                        return work.get();
                    }),
                    Thread::startVirtualThread);
            working.await();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    while (!stop.get()) {
                        try {
                            if (!greeter.greet("x").endsWith("greets x")) {
                                failures.add("a wrong answer");
                            }
                            calls.incrementAndGet();
                        } catch (RuntimeException failure) {
                            failures.add(failure.toString());
                        }
                    }
                }));
            }
            try {
                for (int i = 0; i < versions.size(); i++) {
                    overwrite(jar, versions.get(i), i % 3);
                    String expected = "1.0." + (i + 1);
                    await().atMost(Duration.ofSeconds(20))
                            .until(() ->
                                    host.plugin("hello").orElseThrow().version().equals(expected));
                }
                UnloadVerdict first = host.verdicts("hello").getFirst();
                assertThat(first.outcome()).isEqualTo(UnloadVerdict.Outcome.PENDING);
                assertThat(first.waitsFor()).first().asString().contains("Greeter.work");
            } finally {
                work.set(false);
                stop.set(true);
                for (Thread caller : callers) {
                    caller.join();
                }
            }
            assertThat(longCall.join()).isEqualTo("1.0.0 worked");
            assertThat(failures).isEmpty();
            assertThat(calls.get()).isPositive();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("hello"))
                        .hasSize(50)
                        .allMatch(verdict -> verdict.outcome() == UnloadVerdict.Outcome.RELEASED);
            });
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(51);
        }
    }

    private static void overwrite(Path jar, byte[] bytes, int how) throws Exception {
        switch (how) {
            case 0 -> {
                try (OutputStream out = Files.newOutputStream(jar)) {
                    for (int at = 0; at < bytes.length; at += 512) {
                        out.write(bytes, at, Math.min(512, bytes.length - at));
                        out.flush();
                        LockSupport.parkNanos(2_000_000); // a slow writer is the case under test
                    }
                }
            }
            case 1 -> {
                Path part = Files.write(jar.resolveSibling(".part"), bytes);
                Files.move(part, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            default -> {
                Path part = Files.write(jar.resolveSibling(".part"), bytes);
                Files.delete(jar);
                Files.move(part, jar);
            }
        }
    }

    @Test
    void a_reload_waits_for_its_turn_when_many_generations_drain_and_is_busy_when_they_do_not_end() throws Exception {
        Plugins.greeter("1.0.0").to(folder);
        try (var host = Plugins.host(folder)
                .hotReload(false)
                .with(settings -> settings.maxDraining(1).drain(Duration.ofSeconds(6)))
                .start()) {
            for (int i = 0; i < 5; i++) {
                assertThat(host.reload("hello", ReloadOptions.gentle()).state()).isEqualTo(PluginState.RUNNING);
            }
            AtomicBoolean work = new AtomicBoolean(true);
            CountDownLatch working = new CountDownLatch(1);
            Greeter greeter = host.extension(Greeter.class, "hello");
            CompletableFuture<String> longCall = CompletableFuture.supplyAsync(
                    () -> greeter.work(step -> {
                        working.countDown();
                        return work.get();
                    }),
                    Thread::startVirtualThread);
            working.await();
            host.reload("hello", ReloadOptions.gentle());
            PlugbayException busy =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("hello", ReloadOptions.gentle()));
            assertThat(busy.code()).isEqualTo(ErrorCode.BUSY);
            work.set(false);
            assertThat(longCall.join()).isEqualTo("1.0.0 worked");
            assertThat(host.reload("hello", ReloadOptions.gentle()).generation())
                    .hasValue(8);
        }
    }

    /** How many ticks of each generation came after one of a later generation. */
    private static Collection<Integer> late(List<Integer> seen) {
        Map<Integer, Integer> late = new HashMap<>();
        int newest = 0;
        for (int generation : seen) {
            if (generation < newest) {
                late.merge(generation, 1, Integer::sum);
            }
            newest = Math.max(newest, generation);
        }
        return late.values();
    }

    @Test
    void no_tick_is_doubled_over_a_hundred_reloads() {
        String ticking = """
                package acme;
                public final class Main implements dev.plugbay.api.Plugin {
                    @Override public void start(dev.plugbay.api.PluginContext context) {
                        context.scheduler().every(java.time.Duration.ofMillis(50), () -> {
                            context.events().publish("tick", java.util.Map.of("generation", context.generation()));
                        });
                    }
                }
                """;
        Jars.plugin("ticker", "1.0.0")
                .source(ticking)
                .host("schedule", "events")
                .to(folder);
        try (var host = Plugins.patient(folder).start()) {
            Queue<Integer> ticks = new ConcurrentLinkedQueue<>();
            long begun = System.nanoTime();
            host.onEvent(event -> {
                if (event.type().equals("ticker.tick")) {
                    ticks.add((Integer) event.data().get("generation"));
                }
            });
            await().until(() -> ticks.size() > 3);
            for (int i = 0; i < 100; i++) {
                host.reload("ticker", ReloadOptions.gentle());
                if (i % 10 == 0) {
                    int now = ticks.size();
                    await().until(() -> ticks.size() > now);
                }
            }
            int last = host.plugin("ticker").orElseThrow().generation().orElseThrow();
            await().until(() -> ticks.contains(last));
            long possible = (System.nanoTime() - begun) / 50_000_000 + 2;
            List<Integer> seen = List.copyOf(ticks);
            assertThat(late(seen))
                    .as("ticks that had begun when another took over: %s", seen)
                    .allMatch(count -> count <= 1);
            assertThat((long) seen.size()).isLessThanOrEqualTo(possible);
        }
    }
}
