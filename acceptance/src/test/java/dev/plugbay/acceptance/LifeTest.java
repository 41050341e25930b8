package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How daemons start, refuse to start, and end; and what the command says then. */
class LifeTest {
    @RegisterExtension
    final Product plugbay = new Product();

    @Test
    void a_second_daemon_of_the_same_home_is_refused_with_the_first_ones_pid() {
        Daemon first = plugbay.up();
        Daemon second = plugbay.launch("--port", "0");
        assertThat(second.waitForEnd()).isEqualTo(5);
        assertThat(second.output()).contains("process " + first.pid(), "Busy").doesNotContain("\tat ");
        assertThat(plugbay.cli("vms").succeeded().out()).contains("sample");
    }

    @Test
    void a_taken_port_and_a_wrong_flag_are_said_in_a_sentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Daemon blocked = plugbay.launch("--port", Integer.toString(taken.getLocalPort()));
            assertThat(blocked.waitForEnd()).isEqualTo(5);
            assertThat(blocked.output())
                    .contains(Integer.toString(taken.getLocalPort()), "taken")
                    .doesNotContain("\tat ");
        }
        Daemon wrong = plugbay.launch("--prot", "1");
        assertThat(wrong.waitForEnd()).isEqualTo(2);
        assertThat(wrong.output()).contains("--prot").doesNotContain("\tat ");
        assertThat(plugbay.cli("vms", "--wrong").exited(2).err()).contains("--wrong");
        assertThat(plugbay.cli("plugin").exit()).isEqualTo(2);
    }

    @Test
    void the_command_ends_with_the_code_of_what_happened() {
        assertThat(plugbay.cli("vms").exited(3).err()).contains("plugbay up");
        Daemon daemon = plugbay.up();
        assertThat(plugbay.cli("plugins", "show", "imagse").exited(4).err()).contains("\"images\"", "NotFound");
        assertThat(plugbay.cli("vms", "show", "nothing", "--json")
                        .exited(4)
                        .json()
                        .path("code")
                        .asString())
                .isEqualTo("NotFound");
        assertThat(plugbay.cli("plugins", "remove", "images").exited(5).err()).contains("disable");
        daemon.kill();
        assertThat(plugbay.cli("vms").exited(3).err()).contains("plugbay up");
    }

    @Test
    void a_terminated_daemon_ends_its_export_and_the_next_one_remembers() throws Exception {
        Path target = plugbay.folder("out");
        Export export = beginExport(target);
        assertThat(export.daemon().terminate()).isEqualTo(Daemon.STOPPED);
        assertThat(entries(target)).isEmpty();
        remembers(export.job(), target);
    }

    @Test
    void a_killed_daemons_export_is_interrupted_and_its_staging_folder_swept() throws Exception {
        Path target = plugbay.folder("out");
        Export export = beginExport(target);
        export.daemon().kill();
        assertThat(entries(target)).isNotEmpty().allMatch(name -> name.startsWith(".plugbay-"));
        remembers(export.job(), target);
    }

    /** An export that is half done, and who does it. */
    private record Export(Daemon daemon, String job) {}

    private Export beginExport(Path target) {
        plugbay.configureForSpeed();
        Shop.version("1.0.0").to(plugbay.drop().resolve("shop.jar"));
        Daemon daemon = plugbay.up();
        try (Rest rest = daemon.rest()) {
            String job = rest.export("shop/box", target);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> rest.get(job).path("progress").asInt() == 50);
            return new Export(daemon, job);
        }
    }

    private void remembers(String job, Path target) throws IOException {
        try (Rest rest = plugbay.up().rest()) {
            assertThat(rest.get(job).path("state").asString()).isIn("INTERRUPTED", "CANCELLED");
            await().untilAsserted(() -> assertThat(entries(target)).isEmpty());
            assertThat(plugbay.cli("jobs").succeeded().out()).containsPattern("INTERRUPTED|CANCELLED");
            assertThat(plugbay.cli("jobs", "wait", job.substring("/jobs/".length()))
                            .exit())
                    .isIn(1, 130);
            // The same export works now.
            Files.createFile(target.resolve("go"));
            plugbay.cli("export", "shop/box", "--to", target.toString()).succeeded();
        }
    }

    private static List<String> entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
