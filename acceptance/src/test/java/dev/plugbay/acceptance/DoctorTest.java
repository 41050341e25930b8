package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the doctor finds where a host would not start, or has not yet. */
class DoctorTest {
    @RegisterExtension
    final Product plugbay = new Product();

    @Test
    void a_host_that_has_the_home_but_does_not_serve_is_named_with_its_process() throws Exception {
        plugbay.configureForSpeed();
        Shop.version(
                        "1.0.0",
                        "@Override public void start(dev.plugbay.api.PluginContext context) throws Exception { Thread.sleep(10_000); }")
                .to(plugbay.drop().resolve("shop.jar")); // so long it does not serve
        Daemon daemon = plugbay.launch("--port", "0");
        Path lock = plugbay.home().resolve("run/daemon.lock");
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(1))
                .until(() -> Files.exists(lock) && Files.size(lock) > 0);
        daemon.signal("STOP");
        try {
            assertThat(plugbay.home().resolve("run/daemon.json")).doesNotExist();
            Ran doctor = plugbay.cli("doctor");
            assertThat(doctor.out())
                    .contains("warn  host", "process " + daemon.pid() + " has this home folder", "kill " + daemon.pid())
                    .doesNotContain("No host runs");
        } finally {
            daemon.signal("CONT");
        }
        daemon.ready();
        assertThat(plugbay.cli("doctor").out())
                .contains("ok    host", "ok    ready")
                .doesNotContain("has this home folder");
    }

    @Test
    void a_port_that_is_taken_is_found_before_a_host_is_started() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            plugbay.configure("listen: 127.0.0.1:" + other.getLocalPort() + "\n");
            assertThat(plugbay.cli("doctor").exited(1).out())
                    .containsPattern("fail  port +127.0.0.1:" + other.getLocalPort() + " cannot be used")
                    .contains("--port 0");
            assertThat(plugbay.home().resolve("run")).doesNotExist();
        }
        plugbay.folder("home/run");
        assertThat(plugbay.cli("doctor").out()).containsPattern("ok +port +.* is free");
    }

    @Test
    void a_home_of_somebody_else_is_found_and_nothing_in_it_is_guessed() {
        plugbay.up().terminate();
        Ran doctor = plugbay.cliOfNobody("doctor").exited(1);
        assertThat(doctor.out())
                .containsPattern("fail  home +.* is not writable; it belongs to root")
                .contains("may not be read by \"nobody\"", "(PermissionDenied)", "Run as")
                .doesNotContain("there is none yet")
                .doesNotContain("none is needed");
    }
}
