package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caches of the JDK hold classes softly; that is no leak. */
class SoftlyHeldTest {
    /** A record whose {@code equals} makes the JDK keep a conversion to a plugin class in a soft cache of its own. */
    private static final String RECORD_USER = """
            package acme;
            public final class Main implements dev.plugbay.api.Plugin {
                enum Kind { ONE, TWO }
                record Pair(Kind kind, Main main) {}
                @Override public void start(dev.plugbay.api.PluginContext c) {
                    if (new Pair(Kind.ONE, this).equals(new Pair(Kind.ONE, this)) != true) { throw new IllegalStateException(); }
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void a_plugin_that_only_a_cache_of_the_jdk_holds_is_released() {
        Jars.plugin("records", "1.0.0").source(RECORD_USER).to(folder);
        try (var host = Plugins.host(folder).start()) {
            host.unload("records");
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                host.settleVerdicts();
                assertThat(host.verdicts("records"))
                        .singleElement()
                        .satisfies(verdict -> assertThat(verdict.outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED));
            });
        }
    }

    @Test
    void what_is_held_softly_is_pending_while_its_holder_is_in_use_and_never_called_a_leak() {
        VerdictWatch watch = new VerdictWatch(() -> Duration.ZERO, new ThreadFinder());
        VerdictWatch.Entry entry = watch.begin("x", "x", 1, "1.0.0");
        ClassLoader loader = Sentinel.make();
        SoftReference<ClassLoader> cache = new SoftReference<>(loader);
        watch.watch(entry, loader, Map.of(), Optional.empty());
        loader = null;
        watch.settle();
        UnloadVerdict.Outcome outcome = watch.of("x", "x").getFirst().outcome();
        assertThat(outcome).isNotEqualTo(UnloadVerdict.Outcome.LEAKED);
        assertThat(cache.refersTo(null)).isEqualTo(outcome == UnloadVerdict.Outcome.RELEASED);
    }

    @Test
    void what_is_held_strongly_by_an_object_is_called_a_leak() {
        VerdictWatch watch = new VerdictWatch(() -> Duration.ZERO, new ThreadFinder());
        VerdictWatch.Entry entry = watch.begin("x", "x", 1, "1.0.0");
        List<ClassLoader> holder = new ArrayList<>(List.of(Sentinel.make()));
        watch.watch(entry, holder.getFirst(), Map.of(), Optional.empty());
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
            watch.settle();
            assertThat(watch.of("x", "x").getFirst().outcome()).isEqualTo(UnloadVerdict.Outcome.LEAKED);
        });
        holder.clear();
        watch.settle();
        assertThat(watch.of("x", "x").getFirst().outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
    }
}
