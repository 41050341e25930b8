package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ConfigValue;
import dev.plugbay.api.CurrentCall;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestContextTest {
    record Config(
            String uri,
            @ConfigValue(defaultValue = "30s") Duration every,
            @ConfigValue(defaultValue = "3") int retries,
            Optional<Path> folder) {}

    private static TestContext all() {
        return TestContext.builder()
                .plugin("acme")
                .grant("storage", "data", "events", "schedule", "threads", "config:write")
                .build();
    }

    @Test
    void binds_the_configuration_with_its_defaults() {
        try (TestContext context = TestContext.builder()
                .config(Map.of("uri", "x://y", "folder", "/srv"))
                .build()) {
            assertThat(context.config(Config.class))
                    .isEqualTo(new Config("x://y", Duration.ofSeconds(30), 3, Optional.of(Path.of("/srv"))));
            context.configure(Map.of());
            PlugbayException failure = catchThrowableOfType(PlugbayException.class, () -> context.config(Config.class));
            assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
            assertThat(failure.pointer()).contains("/uri");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"storage", "data", "events", "schedule", "threads", "config:write"})
    void refuses_what_was_not_granted(String service) {
        try (TestContext context = TestContext.builder().plugin("acme").build();
                TestContext granted = all()) {
            PlugbayException failure = catchThrowableOfType(PlugbayException.class, () -> use(context, service));
            assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure.plugin()).contains("acme");
            assertThat(failure.remedy().orElseThrow()).contains(service);
            use(granted, service);
        }
    }

    private static void use(TestContext context, String service) {
        switch (service) {
            case "storage" -> context.storage();
            case "data" -> context.dataFolder();
            case "events" -> context.events();
            case "schedule" -> context.scheduler();
            case "threads" -> context.executor();
            default -> context.updateConfig(Map.of("a", 1));
        }
    }

    @Test
    void knows_which_services_there_are() {
        assertThatThrownBy(() -> TestContext.builder().grant("scheduler")).hasMessageContaining("schedule");
    }

    @Test
    void time_passes_when_it_is_told_to() {
        List<String> runs = new ArrayList<>();
        try (TestContext context = all()) {
            Instant start = context.clock().instant();
            context.scheduler()
                    .every(
                            Duration.ofMinutes(1),
                            () -> runs.add("tick "
                                    + Duration.between(start, context.clock().instant())));
            context.scheduler().after(Duration.ofSeconds(90), () -> runs.add("once"));
            var removed = context.scheduler().every(Duration.ofSeconds(1), () -> runs.add("never"));
            removed.close();
            context.advance(Duration.ofSeconds(59));
            assertThat(runs).isEmpty();
            context.advance(Duration.ofSeconds(61));
            assertThat(runs).containsExactly("tick PT1M", "once", "tick PT2M");
            assertThat(context.clock().instant()).isEqualTo(start.plusSeconds(120));
            assertThat(context.timers()).isEqualTo(1);
            assertThat(context.clean()).isFalse();
        }
    }

    @Test
    void a_timer_that_throws_fails_the_test_and_runs_again() {
        List<Integer> runs = new ArrayList<>();
        try (TestContext context = all()) {
            context.scheduler().every(Duration.ofSeconds(1), () -> {
                runs.add(1);
                throw new IllegalStateException("broken");
            });
            assertThatThrownBy(() -> context.advance(Duration.ofSeconds(3)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("broken");
            assertThat(runs).hasSize(3);
        }
    }

    @Test
    void records_events_and_delivers_those_of_others() {
        List<String> heard = new ArrayList<>();
        try (TestContext context = all()) {
            context.events().subscribe("backup.*", event -> heard.add(event.type() + event.data()));
            context.events().subscribe("acme.done", event -> heard.add("own"));
            context.emit("backup.done", Map.of("n", 1));
            context.emit("backups", Map.of());
            context.events().publish("done", Map.of("ok", true));
            assertThat(heard).containsExactly("backup.done{n=1}", "own");
            assertThat(context.published()).singleElement().satisfies(event -> {
                assertThat(event.type()).isEqualTo("acme.done");
                assertThat(event.data()).isEqualTo(Map.of("ok", true));
            });
        }
    }

    @Test
    void storage_keeps_copies() {
        try (TestContext context = all()) {
            byte[] value = {1};
            context.storage().put("b", value);
            value[0] = 2;
            context.storage().put("a/1", value);
            assertThat(context.storage().get("b"))
                    .hasValueSatisfying(kept -> assertThat(kept).containsExactly(1));
            assertThat(context.storage().keys("")).containsExactly("a/1", "b");
            assertThat(context.storage().keys("a")).containsExactly("a/1");
            context.storage().delete("b");
            assertThat(context.storage().get("b")).isEmpty();
            assertThatThrownBy(() -> context.storage().put("c", new byte[(1 << 20) + 1]))
                    .isInstanceOf(PlugbayException.class);
            assertThatThrownBy(() -> context.storage().put("", value)).isInstanceOf(PlugbayException.class);
        }
    }

    @Test
    void updates_the_configuration_by_a_merge_patch() {
        try (TestContext context = TestContext.builder()
                .config(Map.of("a", Map.of("x", 1, "y", 2), "b", 3))
                .grant("config:write")
                .build()) {
            Map<String, Object> patch = new HashMap<>();
            patch.put("a", Map.of("x", 5));
            patch.put("c", "new");
            context.updateConfig(patch);
            assertThat(context.config()).isEqualTo(Map.of("a", Map.of("x", 5, "y", 2), "b", 3, "c", "new"));
        }
    }

    @Test
    void lent_tasks_carry_the_call() throws Exception {
        CallContext call = new TestCall();
        try (TestContext context = all()) {
            CurrentCall.bind(call);
            Future<CallContext> seen = context.executor().submit(CallContext::current);
            assertThat(seen.get()).isSameAs(call);
        } finally {
            CurrentCall.bind(null);
        }
    }

    @Test
    void closing_ends_everything_lent() throws Exception {
        TestContext context = all();
        CountDownLatch running = new CountDownLatch(2);
        Runnable forever = () -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        Thread lent = context.threadFactory().newThread(forever);
        lent.start();
        context.executor().execute(forever);
        context.scheduler().every(Duration.ofSeconds(1), () -> {});
        context.events().subscribe("*", event -> {});
        Path folder = context.dataFolder();
        Files.writeString(folder.resolve("file"), "text");
        running.await();
        assertThat(context.clean()).isFalse();
        context.close();
        assertThat(context.clean()).isTrue();
        assertThat(lent.isAlive()).isFalse();
        assertThat(folder).doesNotExist();
        PlugbayException failure = catchThrowableOfType(PlugbayException.class, context::storage);
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        context.close();
    }
}
