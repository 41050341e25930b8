package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What plugins leave behind, and what the verdict says of it. */
class VerdictTest {
    private static final String PARKED = "try { new java.util.concurrent.CountDownLatch(1).await(); }"
            + " catch (InterruptedException ignored) { while (true) { java.util.concurrent.locks.LockSupport.park(); } }";

    @TempDir
    Path folder;

    private UnloadVerdict verdictAfterUnload(String startBody) {
        Plugins.main(
                        "left",
                        "1.0.0",
                        "@Override public void start(dev.plugbay.api.PluginContext c) { " + startBody + " }")
                .host("threads")
                .to(folder);
        try (var host = Plugins.host(folder).start()) {
            assertThat(host.plugin("left").orElseThrow().problem()).isEmpty();
            host.unload("left");
            return settled(host, "left");
        }
    }

    private static UnloadVerdict settled(PluginHost host, String id) {
        await().atMost(Duration.ofSeconds(90)).until(() -> {
            host.settleVerdicts();
            return !host.verdicts(id).isEmpty()
                    && host.verdicts(id).getFirst().outcome() != UnloadVerdict.Outcome.PENDING;
        });
        return host.verdicts(id).getFirst();
    }

    @Test
    void a_plugin_that_leaves_nothing_is_released() {
        assertThat(verdictAfterUnload("").outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
    }

    @Test
    void a_planted_thread_is_named_with_the_place_where_it_is() {
        UnloadVerdict verdict = verdictAfterUnload(
                "Thread t = new Thread(() -> { " + PARKED + " }, \"poller\"); t.setDaemon(true); t.start();");
        assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.LEAKED);
        assertThat(verdict.holders()).singleElement().satisfies(holder -> {
            assertThat(holder.kind()).isEqualTo("thread");
            assertThat(holder.name()).isEqualTo("poller");
            assertThat(holder.where()).contains("acme.Main");
        });
    }

    @Test
    void a_lent_thread_that_ignores_its_interrupt_is_named_with_the_place_where_it_was_started() {
        UnloadVerdict verdict = verdictAfterUnload("var runs = new java.util.concurrent.CountDownLatch(1);"
                + " c.threadFactory().newThread(() -> { runs.countDown(); " + PARKED
                + " }).start(); while (runs.getCount() > 0) { Thread.onSpinWait(); }");
        assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.LEAKED);
        assertThat(verdict.holders())
                .singleElement()
                .satisfies(holder ->
                        assertThat(holder.where()).contains("started at").contains("acme.Main.start"));
    }

    @Test
    void a_lent_thread_that_answers_its_interrupt_leaves_nothing() {
        UnloadVerdict verdict = verdictAfterUnload(
                "c.threadFactory().newThread(() -> {"
                        + " try { new java.util.concurrent.CountDownLatch(1).await(); } catch (InterruptedException end) { } }).start();");
        assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
    }

    @Test
    void a_planted_timer_is_named() {
        UnloadVerdict verdict =
                verdictAfterUnload("new java.util.Timer(\"ticker\", true).schedule(new java.util.TimerTask() {"
                        + " @Override public void run() { } }, 3_600_000);");
        assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.LEAKED);
        assertThat(verdict.holders()).singleElement().satisfies(holder -> {
            assertThat(holder.kind()).isEqualTo("timer");
            assertThat(holder.name()).isEqualTo("ticker");
        });
    }

    @Test
    void a_thread_local_planted_in_a_hook_is_released() {
        UnloadVerdict verdict = verdictAfterUnload(
                "new ThreadLocal<Object>().set(new Object() { @Override public String toString() { return \"mine\"; } });");
        assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
    }

    @Test
    void what_came_across_the_border_holds_nothing_and_the_host_goes_on() throws Exception {
        Jars.plugin("hello", "1.0.0")
                .source(Plugins.MAIN)
                .extension(Greeter.class, """
                        package acme;
                        public final class Hello implements dev.plugbay.example.Greeter {
                            static final class Words extends java.util.AbstractList<String> {
                                @Override public String get(int i) { return "word"; }
                                @Override public int size() { return 2; }
                            }
                            static final class Bytes extends java.io.InputStream {
                                @Override public int read() { return -1; }
                            }
                            static final class Odd extends RuntimeException {}
                            @Override public String greet(String name) { throw new Odd(); }
                            @Override public java.util.List<String> words() { return new Words(); }
                            @Override public java.io.InputStream stream() { return new Bytes(); }
                            @Override public java.util.concurrent.CompletionStage<String> later() {
                                return java.util.concurrent.CompletableFuture.failedFuture(new Odd());
                            }
                            @Override public String work(Listener listener) { listener.step(1); return "worked"; }
                        }
                        """)
                .to(folder);
        try (var host = Plugins.host(folder).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            List<Object> kept = new ArrayList<>();
            List<String> words = greeter.words();
            assertThat(words).containsExactly("word", "word");
            kept.add(words);
            InputStream stream = greeter.stream();
            assertThat(stream.read()).isEqualTo(-1);
            stream.close();
            kept.add(stream);
            CompletionStage<String> later = greeter.later();
            kept.add(later);
            kept.add(caught(() -> greeter.greet("x")));
            RuntimeException own = new IllegalStateException("the host's own");
            kept.add(own);
            kept.add(caught(() -> greeter.work(step -> {
                throw own;
            })));
            kept.add(caught(() -> greeter.work(step -> {
                RuntimeException made = new IllegalStateException("made in a listener");
                throw made;
            })));
            host.unload("hello");
            assertThat(settled(host, "hello").outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
            assertThat(kept).hasSize(7);
            assertThat(host.start("hello").state()).isEqualTo(PluginState.RUNNING);
            assertThat(greeter.words()).hasSize(2);
        }
    }

    private static Throwable caught(Runnable call) {
        try {
            call.run();
        } catch (PlugbayException expected) {
            return expected;
        }
        throw new AssertionError("the call did not fail");
    }
}
