package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What a plugin leaves behind is named, and the host goes on. */
class PlantedTest {
    @RegisterExtension
    final Product plugbay = new Product();

    @Test
    void threads_and_timers_are_named_and_a_thread_local_is_released() {
        plugbay.configureForSpeed();
        plant("clean", "");
        plant("thread", """
                Thread poller = new Thread(() -> {
                    while (true) {
                        java.util.concurrent.locks.LockSupport.park();
                    }
                }, "acme-poller");
                poller.setDaemon(true);
                poller.start();
                """);
        plant("timer", """
                new java.util.Timer("acme-timer", true).schedule(new java.util.TimerTask() {
                    @Override
                    public void run() {}
                }, 3_600_000);
                """);
        plant("local", "new ThreadLocal<Planted>().set(this);");
        try (Rest rest = plugbay.up().rest()) {
            for (String id : new String[] {"clean", "thread", "timer", "local"}) {
                assertThat(rest.post("/plugins/" + id + "/unload").status()).isEqualTo(200);
            }
            assertThat(verdict(rest, "clean").path("outcome").asString()).isEqualTo("RELEASED");
            assertThat(verdict(rest, "local").path("outcome").asString()).isEqualTo("RELEASED");
            for (String id : new String[] {"thread", "timer"}) {
                assertThat(verdict(rest, id).path("outcome").asString()).isEqualTo("LEAKED");
            }
            assertThat(verdict(rest, "thread").at("/holders/0/kind").asString()).isEqualTo("thread");
            assertThat(plugbay.cli("plugins", "show", "thread").succeeded().out())
                    .contains("LEAKED", "thread acme-poller", "acme.Planted");
            assertThat(plugbay.cli("plugins", "show", "timer").succeeded().out())
                    .contains("LEAKED", "acme-timer");
            assertThat(plugbay.cli("plugins", "show", "local").succeeded().out())
                    .contains("RELEASED")
                    .doesNotContain("LEAKED");

            assertThat(rest.post("/plugins/thread/load").json().path("state").asString())
                    .isEqualTo("RUNNING");
            assertThat(plugbay.cli("vms").succeeded().out()).contains("sample");
        }
    }

    private void plant(String id, String body) {
        PluginJar.compile("1.0.0", """
                        package acme;

                        @dev.plugbay.api.PluginInfo(id = "ID")
                        public final class Planted implements dev.plugbay.api.Plugin {
                            @Override
                            public void start(dev.plugbay.api.PluginContext context) {
                                BODY
                            }
                        }
                        """.replace("ID", id).replace("BODY", body))
                .to(plugbay.drop().resolve(id + ".jar"));
    }

    private static JsonNode verdict(Rest rest, String id) {
        await(id)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    JsonNode outcome = rest.plugin(id).at("/verdicts/0/outcome");
                    return !outcome.isMissingNode() && !outcome.asString().equals("PENDING");
                });
        return rest.plugin(id).at("/verdicts/0");
    }
}
