package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.testkit.GuestCounters;
import dev.plugbay.testkit.GuestDisks;
import dev.plugbay.testkit.GuestMachine;
import dev.plugbay.testkit.PrivateLibvirtd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A machine with two disks on a real hypervisor, as a user of the command has it: listed, started, exported while its guest writes and while it is off. */
@Timeout(600)
class VmExportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @RegisterExtension
    final Product product = new Product().withLibvirt();

    private PrivateLibvirtd libvirtd;
    private GuestMachine guest;
    private Path scratch;

    @BeforeEach
    void lab() throws IOException {
        libvirtd = PrivateLibvirtd.start();
        guest = GuestMachine.define(libvirtd, "writer");
        scratch = Files.createDirectory(
                libvirtd.inside("/s"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        product.configure("""
                plugins:
                  settle: 100ms
                  settings:
                    libvirt: {config: {uri: "%s", scratch: "%s"}}
                """.formatted(libvirtd.uri(), scratch));
    }

    @AfterEach
    void close() {
        libvirtd.close();
    }

    @Test
    void a_machine_is_exported_live_and_off_and_the_copy_boots() throws Exception {
        product.up();
        assertThat(product.cli("vms").succeeded().out()).contains(guest.uuid()).contains("STOPPED");

        // Off.
        product.cli("export", "writer", "--to", "off").succeeded();
        Path off = product.work().resolve("off/writer");
        sums(off);
        compare("raw", guest.boot(), off.resolve("vda.raw"));
        compare("qcow2", guest.data(), off.resolve("vdb.raw"));

        // Live.
        product.cli("vms", "start", "writer").succeeded();
        guest.awaitWriting();
        product.cli("export", "writer", "--to", "live").succeeded();
        Path live = product.work().resolve("live/writer");
        sums(live);
        GuestCounters counters = GuestCounters.read(live.resolve("vda.raw"), live.resolve("vdb.raw"))
                .assertSameMoment();
        nothingLeft();

        // The copy, beside the original.
        Path console = boot(live);
        assertThat(Files.readString(console))
                .contains(GuestDisks.BOOTED + ", last " + counters.boot() + " on vda, " + counters.data() + " on vdb");
        guest.awaitWriting();
    }

    /** Makes a new machine of what the export says and waits until it writes; its console. */
    private Path boot(Path export) throws Exception {
        JsonNode description =
                new JsonMapper().readTree(export.resolve("vm.json").toFile());
        assertThat(description.path("vm").path("id").asString()).isEqualTo(guest.uuid());
        Path folder = Files.createDirectory(libvirtd.disks().resolve("copy"));
        for (String disk : List.of("vda.raw", "vdb.raw")) {
            run("cp", "--sparse=always", export.resolve(disk).toString(), folder.toString());
        }
        Path console = folder.resolve("console.log");
        libvirtd.define(description
                .path("export")
                .path("metadata")
                .path("domainXml")
                .asString()
                .replace("<name>writer</name>", "<name>copy</name>")
                .replace("file=\"vd", "file=\"" + folder + "/vd")
                .replace(guest.console().toString(), console.toString()));
        libvirtd.virsh("start", "copy");
        GuestMachine.awaitMore(console, GuestDisks.WROTE);
        return console;
    }

    @Test
    void a_killed_host_leaves_nothing_once_it_is_back() throws Exception {
        Daemon daemon = product.up();
        // Behind what the guest uses lies what takes some time to compress, so that the host dies in the middle.
        run(
                "dd",
                "if=/dev/urandom",
                "of=" + guest.boot(),
                "bs=1M",
                "seek=96",
                "count=256",
                "conv=notrunc",
                "status=none");
        guest.start();
        JsonNode job = product.cli("export", "writer", "--to", "out", "--compression", "gzip", "--detach", "--json")
                .succeeded()
                .json();
        assertThat(job.path("id").asString()).isNotEmpty();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                // libvirt itself fails here while the job is half begun: "backup job data missing"
                .untilAsserted(() ->
                        assertThat(libvirtd.virsh("domjobinfo", guest.name())).contains("Backup"));
        daemon.kill();
        assertThat(libvirtd.virsh("domjobinfo", guest.name())).contains("Backup");

        product.up();

        nothingLeft();
        assertThat(product.cli("jobs").succeeded().out()).contains("INTERRUPTED");
        assertThat(product.work().resolve("out"))
                .satisfiesAnyOf(
                        out -> assertThat(out).doesNotExist(),
                        out -> assertThat(out).isEmptyDirectory());
        guest.awaitWriting();
        product.cli("export", "writer", "--to", "again").succeeded();
        sums(product.work().resolve("again/writer"));
        nothingLeft();
    }

    private void nothingLeft() {
        await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .untilAsserted(() -> {
                    assertThat(libvirtd.virsh("domjobinfo", guest.name())).containsPattern("Job type:\\s+None");
                    try (Stream<Path> all = Files.walk(scratch)) {
                        assertThat(all.filter(path -> scratch.relativize(path).getNameCount() > 1))
                                .isEmpty();
                    }
                });
        assertThat(libvirtd.virsh("checkpoint-list", "--name", guest.name())).isBlank();
        assertThat(libvirtd.virsh("snapshot-list", "--name", guest.name())).isBlank();
    }

    private static void sums(Path folder) {
        Ran.of(new ProcessBuilder("sha256sum", "--strict", "-c", "SHA256SUMS").directory(folder.toFile()), 60)
                .succeeded();
    }

    private static void compare(String format, Path source, Path copy) {
        assertThat(run("qemu-img", "compare", "-f", format, "-F", "raw", source.toString(), copy.toString())
                        .out())
                .contains("identical");
    }

    private static Ran run(String... command) {
        return Ran.of(new ProcessBuilder(command), 60).succeeded();
    }
}
