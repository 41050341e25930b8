package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.testkit.PrivateLibvirtd;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The bundled libvirt plugin as operators have it: a hypervisor that is real, beside libvirt's own test driver. */
class LibvirtTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    final Product plugbay = new Product().withLibvirt();

    private Optional<PrivateLibvirtd> started = Optional.empty();

    @BeforeEach
    void hypervisor() {
        PrivateLibvirtd libvirtd = PrivateLibvirtd.start();
        started = Optional.of(libvirtd);
        libvirtd.define("""
                <domain type='qemu'>
                  <name>web</name>
                  <memory unit='MiB'>32</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices>
                </domain>
                """);
        plugbay.configure("""
                plugins:
                  settings:
                    libvirt:
                      config: {uri: "%s", shutdownTimeout: 1s}
                      instances:
                        driver: {config: {uri: "test:///default"}}
                """.formatted(libvirtd.uri()));
    }

    @AfterEach
    void end() {
        started.ifPresent(PrivateLibvirtd::close);
    }

    @Test
    void machines_of_two_connections_are_listed_started_and_stopped_by_name() {
        plugbay.up();
        JsonNode vms = plugbay.cli("vms", "--json").succeeded().json();
        assertThat(vms.path("warnings")).isEmpty();
        assertThat(vms.path("items"))
                .extracting(vm ->
                        vm.path("provider").asString() + "/" + vm.path("name").asString())
                .contains("driver/test", "libvirt/web");

        assertThat(plugbay.cli("vms", "start", "web").succeeded().out()).isEqualTo("web started: RUNNING\n");
        assertThat(started.orElseThrow().virsh("domstate", "web")).contains("running");
        assertThat(plugbay.cli("vms", "stop", "web").exited(1).err()).contains("CallTimeout", "runs on");
        assertThat(plugbay.cli("vms", "stop", "libvirt/web", "--hard")
                        .succeeded()
                        .out())
                .isEqualTo("web stopped: STOPPED\n");
        assertThat(started.orElseThrow().virsh("domstate", "web")).contains("shut off");
        assertThat(plugbay.cli("vms", "stop", "driver/test").succeeded().out()).isEqualTo("test stopped: STOPPED\n");
        assertThat(plugbay.cli("vms", "stop", "sample").exited(5).err()).contains("Unsupported");
    }

    @Test
    void a_daemon_that_ends_is_told_of_one_connection_only_and_found_again_without_a_reload() throws Exception {
        try (Rest rest = plugbay.up().rest()) {
            assertThat(health(rest, "libvirt")).isEqualTo("HEALTHY");
            started.orElseThrow().killDaemon();
            await().atMost(PATIENCE).until(() -> health(rest, "libvirt").equals("UNHEALTHY"));
            assertThat(health(rest, "driver")).isEqualTo("HEALTHY");
            JsonNode vms = plugbay.cli("vms", "--json").succeeded().json();
            assertThat(vms.at("/warnings/0/code").asString()).isEqualTo("Unavailable");
            assertThat(vms.at("/warnings/0/instance").asString()).isEqualTo("libvirt");
            assertThat(vms.path("items"))
                    .extracting(vm -> vm.path("name").asString())
                    .contains("test");

            started.orElseThrow().startDaemon();
            await().atMost(PATIENCE).until(() -> health(rest, "libvirt").equals("HEALTHY"));
            assertThat(plugbay.cli("vms", "show", "web").succeeded().out()).contains("shut off");
            assertThat(rest.plugin("libvirt").path("generation").asInt()).isEqualTo(1);
        }
    }

    @Test
    void the_connection_of_one_instance_changes_a_hundred_times_and_callers_of_the_other_notice_nothing()
            throws Exception {
        try (Rest rest = plugbay.up().rest()) {
            plugbay.cli("instances", "add", "libvirt", "other", "uri=test:///default")
                    .succeeded();
            JsonNode before = rest.get("/plugins/libvirt/instances/libvirt");
            try (Callers callers = new Callers(
                    rest,
                    4,
                    answer -> answer.json().at("/items/0/name").asString().equals("web"),
                    "/providers/libvirt/vms")) {
                for (int change = 1; change <= 100; change++) {
                    assertThat(rest.send(
                                            "PATCH",
                                            "/plugins/libvirt/instances/other/config",
                                            "{\"callTimeout\": \"" + (10 + change) + "s\"}")
                                    .status())
                            .isEqualTo(200);
                }
                callers.end();
                assertThat(callers.failures).isEmpty();
                assertThat(callers.calls.get()).isPositive();
            }
            JsonNode other = rest.get("/plugins/libvirt/instances/other");
            assertThat(other.path("generation").asInt()).isEqualTo(101);
            assertThat(other.at("/health/level").asString()).isEqualTo("HEALTHY");
            assertThat(rest.get("/plugins/libvirt/instances/libvirt")).isEqualTo(before);
        }
    }

    private static String health(Rest rest, String instance) throws Exception {
        for (JsonNode each : rest.plugin("libvirt").path("instances")) {
            if (each.path("name").asString().equals(instance)) {
                return each.at("/health/level").asString();
            }
        }
        return "none";
    }
}
