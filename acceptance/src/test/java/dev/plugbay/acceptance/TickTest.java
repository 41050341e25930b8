package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A plugin that ticks, reloaded again and again, ticks once at a time. */
class TickTest {
    private static final String TICKER = """
            package acme.tick;

            import dev.plugbay.api.*;
            import java.nio.file.*;
            import java.time.Duration;

            @PluginInfo(id = "ticker")
            @Permissions(host = {"schedule", "data"})
            public final class Ticker implements Plugin {
                private int count;

                @Override
                public void start(PluginContext context) {
                    Path file = context.dataFolder().resolve("ticks");
                    Runnable tick = () -> {
                        try {
                            Files.writeString(file, context.generation() + " " + ++count + "\\n",
                                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    };
                    TIMER
                }
            }
            """;
    private static final String LENT = "context.scheduler().every(Duration.ofMillis(10), tick);";
    private static final String OWN = """
            new java.util.Timer(true).schedule(new java.util.TimerTask() {
                @Override
                public void run() {
                    tick.run();
                }
            }, 10, 10);
            """;

    @RegisterExtension
    final Product plugbay = new Product();

    @Test
    void a_hundred_reloads_double_no_tick() throws Exception {
        List<String> ticks = ticksOf(LENT, 100);
        assertThat(strays(ticks)).isEmpty();
        assertThat(ticks).doesNotHaveDuplicates();
    }

    @Test
    void a_timer_of_the_plugins_own_would_be_noticed() throws Exception {
        assertThat(strays(ticksOf(OWN, 2))).isNotEmpty();
    }

    private List<String> ticksOf(String timer, int reloads) throws IOException {
        plugbay.configureForSpeed();
        PluginJar.compile("1.0.0", TICKER.replace("TIMER", timer))
                .to(plugbay.drop().resolve("ticker.jar"));
        Path ticks = plugbay.home().resolve("data/ticker/ticks");
        Daemon daemon = plugbay.up();
        try (Rest rest = daemon.rest()) {
            for (int reload = 1; reload <= reloads; reload++) {
                if (reload % 10 == 1) {
                    awaitTick(ticks, reload);
                }
                reload(rest);
            }
            assertThat(rest.plugin("ticker").path("generation").asInt()).isEqualTo(reloads + 1);
            awaitTick(ticks, reloads + 1);
            long seen = Files.size(ticks);
            await().until(() -> Files.size(ticks) > seen + 200);
        }
        daemon.kill();
        return Files.readAllLines(ticks);
    }

    /** Reloads; as often as the generations before it are still being drained, once more. */
    private static void reload(Rest rest) {
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            Rest.Answer answer = rest.post("/plugins/ticker/reload");
            assertThat(answer.status() == 200
                            || answer.json().path("code").asString().equals("Busy"))
                    .as(answer.body())
                    .isTrue();
            return answer.status() == 200;
        });
    }

    private static void awaitTick(Path ticks, int generation) {
        await().until(() -> Files.exists(ticks)
                && Files.readAllLines(ticks).stream().anyMatch(line -> line.startsWith(generation + " ")));
    }

    /** Ticks of a generation after its follower's first, but for one each that may have been under way. */
    private static List<String> strays(List<String> ticks) {
        Map<Integer, Integer> late = new HashMap<>();
        int newest = 0;
        for (String tick : ticks) {
            int generation = Integer.parseInt(tick.split(" ", 2)[0]);
            if (generation < newest) {
                late.merge(generation, 1, Integer::sum);
            }
            newest = Math.max(newest, generation);
        }
        return late.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .map(entry -> entry.getValue() + " late ticks of generation " + entry.getKey())
                .toList();
    }
}
