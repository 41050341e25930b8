package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tour of the README, on a machine that has never seen the product. */
class TourTest {
    @RegisterExtension
    final Product plugbay = new Product();

    @Test
    void an_empty_home_serves_lists_and_exports_the_sample_with_true_sums() throws Exception {
        Daemon daemon = plugbay.up();
        await().untilAsserted(() -> assertThat(daemon.output()) // it serves before it has told everything
                .contains("serves at " + daemon.url())
                .contains("images")
                .contains("RUNNING"));

        assertThat(plugbay.cli("vms").succeeded().out()).contains("sample");
        Ran exported = plugbay.cli("export", "sample", "--to", "out/").succeeded();
        assertThat(exported.out() + exported.err())
                .contains(plugbay.work().resolve("out/sample").toString());
        assertThat(sums(plugbay.work().resolve("out/sample"))).contains(": OK").doesNotContain("FAILED");
        assertThat(plugbay.work().resolve("out")).isDirectoryNotContaining("glob:**.plugbay-*");
        assertThat(plugbay.cli("jobs").succeeded().out()).contains("SUCCEEDED");
        assertThat(plugbay.cli("status").succeeded().out()).contains("1 RUNNING");
        assertThat(plugbay.cli("down").succeeded().exit()).isZero();
        assertThat(daemon.waitForEnd()).isEqualTo(Daemon.STOPPED);
    }

    @Test
    void a_changed_byte_does_not_pass_the_sums() throws Exception {
        plugbay.up();
        plugbay.cli("export", "sample", "--to", "out").succeeded();
        Path sums = plugbay.work().resolve("out/sample/SHA256SUMS");
        String disk = Files.readAllLines(sums).stream()
                .map(line -> line.split(" +[*]?", 2)[1])
                .filter(name -> !name.equals("vm.json"))
                .findFirst()
                .orElseThrow();
        Path file = sums.resolveSibling(disk);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Ran ran = Ran.of(
                new ProcessBuilder("sha256sum", "-c", "SHA256SUMS")
                        .directory(plugbay.work().resolve("out/sample").toFile()),
                60);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(1);
    }

    @Test
    void a_sample_that_was_deleted_does_not_come_back() throws Exception {
        Daemon first = plugbay.up();
        Path sample = plugbay.home().resolve("data/images/sample.img");
        assertThat(sample).isRegularFile();
        first.terminate();
        Files.delete(sample);

        plugbay.up();
        assertThat(plugbay.cli("vms", "--json").succeeded().json().path("items"))
                .isEmpty();
        assertThat(sample).doesNotExist();
    }

    @Test
    void the_tour_works_as_an_ordinary_user() throws Exception {
        List<String> command = Unprivileged.daemon(plugbay, "--port", "0");
        Path home = plugbay.home();
        Path out = plugbay.folder("out");
        Files.createDirectories(home);
        Ran.of(new ProcessBuilder("chown", "-R", "65534:65534", plugbay.work().toString()), 60)
                .succeeded();

        Path output = plugbay.work().resolve("nobody.out");
        try (Daemon daemon = Daemon.launch(Daemon.process(command), home, output)) {
            daemon.ready();
            assertThat(Files.getOwner(home.resolve("plugbay.db")).getName()).isNotEqualTo("root");
            try (Rest rest = daemon.rest()) {
                assertThat(rest.plugin("images").get("state").asString()).isEqualTo("RUNNING");
            }
            plugbay.cli("export", "sample", "--to", out.toString()).succeeded();
            assertThat(Files.getOwner(out.resolve("sample/SHA256SUMS")).getName())
                    .isNotEqualTo("root");
            assertThat(sums(out.resolve("sample"))).contains(": OK");
            assertThat(daemon.terminate()).isEqualTo(Daemon.STOPPED);
        }
    }

    private static String sums(Path folder) {
        return Ran.of(new ProcessBuilder("sha256sum", "-c", "SHA256SUMS").directory(folder.toFile()), 60)
                .succeeded()
                .out();
    }
}
