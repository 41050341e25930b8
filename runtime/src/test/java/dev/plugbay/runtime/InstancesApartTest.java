package dev.plugbay.runtime;

import static dev.plugbay.runtime.InstancesFixture.failure;
import static dev.plugbay.runtime.InstancesFixture.greet;
import static dev.plugbay.runtime.InstancesFixture.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to one instance of a plugin does not touch another. */
class InstancesApartTest {
    @TempDir
    Path folder;

    @TempDir
    Path home;

    private HostBuilder builder() {
        return Plugins.host(folder).home(home);
    }

    @Test
    void a_new_version_reloads_each_and_one_that_fails_stays_behind_alone() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder, "hello.jar");
        try (var host = builder().start()) {
            host.putInstance("hello", "second", InstanceSpec.of(Map.of("refuses", "2.0.0")));
            host.putInstance("hello", "third", word("three"));
            InstancesFixture.plugin("hello", "2.0.0").to(folder, "hello.jar");
            await().untilAsserted(() -> {
                assertThat(greet(host, "hello", "")).startsWith("hello 2.0.0");
                assertThat(greet(host, "third", "")).startsWith("third 2.0.0");
                assertThat(host.instance("hello", "second").orElseThrow().problem())
                        .isPresent();
            });
            var second = host.instance("hello", "second").orElseThrow();
            assertThat(greet(host, "second", "")).startsWith("second 1.0.0");
            assertThat(second.problem().orElseThrow().code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(second.problem().orElseThrow().instance()).contains("second");
            assertThat(second.version()).contains("1.0.0");
            assertThat(host.plugin("hello").orElseThrow().problem()).isEmpty();

            InstancesFixture.plugin("hello", "3.0.0").to(folder, "hello.jar");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(greet(host, "second", "")).startsWith("second 3.0.0");
                assertThat(host.instance("hello", "second").orElseThrow().problem())
                        .isEmpty();
            });
        }
    }

    @Test
    void the_configuration_of_one_changes_a_hundred_times_and_callers_of_the_other_notice_nothing() throws Exception {
        InstancesFixture.plugin("hello", "1.0.0")
                .with("reloadOnConfigChange", true)
                .to(folder);
        try (var host = Plugins.patient(folder).home(home).start()) {
            host.putInstance("hello", "second", word("two"));
            host.reload("hello", "second", ReloadOptions.gentle());
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                host.settleVerdicts();
                List<UnloadVerdict> verdicts = host.verdicts("hello", "second");
                return !verdicts.isEmpty() && verdicts.getFirst().outcome() == UnloadVerdict.Outcome.RELEASED;
            });
            var before = host.instance("hello", "second").orElseThrow();
            Queue<String> wrong = new ConcurrentLinkedQueue<>();
            AtomicLong calls = new AtomicLong();
            AtomicBoolean stop = new AtomicBoolean();
            Greeter second = host.extension(Greeter.class, "second");
            List<Thread> callers = java.util.stream.IntStream.range(0, 4)
                    .mapToObj(i -> Thread.ofPlatform().start(() -> {
                        while (!stop.get()) {
                            try {
                                String answer = second.greet("");
                                if (!answer.equals("second 1.0.0 two")) {
                                    wrong.add(answer);
                                }
                                calls.incrementAndGet();
                            } catch (RuntimeException failure) {
                                wrong.add(failure.toString());
                            }
                        }
                    }))
                    .toList();
            try {
                for (int i = 1; i <= 100; i++) {
                    host.patchConfig("hello", Map.of("word", "w" + i));
                }
            } finally {
                stop.set(true);
                for (Thread caller : callers) {
                    caller.join();
                }
            }
            assertThat(host.plugin("hello").orElseThrow().generation()).hasValue(101);
            assertThat(wrong).isEmpty();
            assertThat(calls.get()).isPositive();
            assertThat(host.instance("hello", "second").orElseThrow()).isEqualTo(before);
        }
    }

    @Test
    void one_whose_hook_hangs_keeps_the_other_from_nothing() {
        InstancesFixture.plugin("hello", "1.0.0").to(folder);
        CountDownLatch letGo = new CountDownLatch(1);
        dev.plugbay.example.Reach.connect(hangs -> {
            try {
                letGo.await();
            } catch (InterruptedException late) {
                throw new IllegalStateException(late);
            }
        });
        try (var host = builder()
                .with(settings -> settings.hookTimeout(Duration.ofSeconds(60)))
                .start()) {
            host.putInstance("hello", "second", word("two"));
            Thread hanging =
                    Thread.ofVirtual().start(() -> failure(() -> host.putInstance("hello", "third", word("hang"))));
            await().until(() -> host.instance("hello", "third").isPresent());
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 two");
            assertThat(host.reload("hello", "second", ReloadOptions.gentle()).generation())
                    .hasValue(2);
            host.patchConfig("hello", "second", Map.of("word", "new"));
            assertThat(greet(host, "second", "")).isEqualTo("second 1.0.0 new");
            assertThat(hanging.isAlive()).isTrue(); // all of that while the other hung
            letGo.countDown();
            await().until(() -> host.instance("hello", "third").isEmpty());
        } finally {
            letGo.countDown();
            dev.plugbay.example.Reach.connect(id -> {});
        }
    }
}
