package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.testkit.GuestCounters;
import dev.plugbay.testkit.GuestMachine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exports of a guest that runs and writes. */
@Timeout(300)
class LiveExportTest {
    private static ExportLab lab;
    private static GuestMachine guest;
    private static LibvirtFixture plugin;

    @TempDir
    Path temp;

    @BeforeAll
    static void start() throws Exception {
        lab = ExportLab.start();
        guest = lab.guest("writer").start();
        plugin = lab.plugin();
    }

    @AfterAll
    static void stop() {
        if (plugin != null) {
            plugin.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @AfterEach
    void nothing_is_left_and_the_guest_writes_on() {
        lab.assertNothingLeft(guest);
        guest.awaitWriting();
    }

    private ExportResult export(ExportOptions options) {
        return plugin.provider.export(guest.uuid(), options, temp, progress -> {});
    }

    @Test
    void both_disks_are_of_one_moment_although_the_guest_writes_on() {
        ExportResult result = export(ExportOptions.defaults());
        assertThat(result.consistency()).isEqualTo(Consistency.CRASH);
        assertThat(result.files()).hasSize(2);
        assertThat(result.logicalSize()).isEqualTo(2 * (96L << 20));
        ExportLab.counters(temp.resolve("vda.raw"), temp.resolve("vdb.raw"));
    }

    /** The control of the test above: it would notice. */
    @Test
    void copies_of_two_moments_are_told_from_those_of_one() {
        export(ExportOptions.builder().disks(List.of("vda")).build());
        guest.awaitWriting();
        guest.awaitWriting();
        export(ExportOptions.builder().disks(List.of("vdb")).build());
        GuestCounters counters = GuestCounters.read(temp.resolve("vda.raw"), temp.resolve("vdb.raw"));
        assertThat(counters.data() - counters.boot()).isGreaterThan(1);
    }

    @Test
    void an_export_has_the_disks_of_the_moment_at_which_it_began() throws Exception {
        Path expected = Files.createDirectory(temp.resolve("expected"));
        Path out = Files.createDirectory(temp.resolve("out"));
        lab.libvirtd.virsh("suspend", guest.name());
        List<Path> copies = guest.copies(expected);
        AtomicBoolean resumed = new AtomicBoolean();
        try {
            plugin.provider.export(guest.uuid(), ExportOptions.defaults(), out, progress -> {
                // The job has begun; all that is copied is copied while the guest overwrites it.
                if (resumed.compareAndSet(false, true)) {
                    lab.libvirtd.virsh("resume", guest.name());
                    guest.awaitWriting();
                    guest.awaitWriting();
                    guest.awaitWriting();
                }
            });
        } finally {
            if (!resumed.get()) {
                lab.libvirtd.virsh("resume", guest.name());
            }
        }
        for (Path copy : copies) {
            Path exported = out.resolve(copy.getFileName());
            assertThat(Needed.run("qemu-img", "compare", "-f", "raw", "-F", "raw", copy, exported))
                    .contains("identical");
        }
        // And what the guest has now is something else.
        Path now = Files.createDirectory(temp.resolve("now"));
        lab.libvirtd.virsh("suspend", guest.name());
        try {
            GuestCounters later = ExportLab.counters(guest.copies(now).get(0), now.resolve("vdb.raw"));
            assertThat(later.boot())
                    .isGreaterThan(
                            ExportLab.counters(copies.get(0), copies.get(1)).boot());
        } finally {
            lab.libvirtd.virsh("resume", guest.name());
        }
    }

    @Test
    void qcow2_has_the_same_disks_and_the_checksum_of_its_file() throws Exception {
        ExportResult result = export(ExportOptions.builder()
                .format("qcow2")
                .compression(Compression.ZSTD)
                .build());
        Path raw = Files.createDirectory(temp.resolve("raw"));
        for (String disk : List.of("vda", "vdb")) {
            Needed.run(
                    "qemu-img",
                    "convert",
                    "-f",
                    "qcow2",
                    "-O",
                    "raw",
                    temp.resolve(disk + ".qcow2"),
                    raw.resolve(disk));
        }
        ExportLab.counters(raw.resolve("vda"), raw.resolve("vdb"));
        assertThat(result.files())
                .allSatisfy(
                        file -> assertThat(Needed.run("sha256sum", file.path())).startsWith(file.sha256()));
    }

    @Test
    void raw_inside_gzip_has_the_same_disks() throws Exception {
        export(ExportOptions.builder().compression(Compression.GZIP).build());
        Needed.run("gunzip", temp.resolve("vda.raw.gz"), temp.resolve("vdb.raw.gz"));
        ExportLab.counters(temp.resolve("vda.raw"), temp.resolve("vdb.raw"));
    }

    @Test
    void holes_are_not_written() throws Exception {
        export(ExportOptions.defaults());
        String blocks =
                Needed.run("stat", "--format=%b", temp.resolve("vdb.raw")).strip();
        assertThat(Long.parseLong(blocks) * 512).isLessThan(32L << 20);
    }

    @Test
    void with_consistency_filesystem_the_journal_is_clean_and_the_guest_is_thawed() throws Exception {
        export(ExportOptions.builder().disks(List.of("vdb")).build());
        assertThat(ExportLab.journalIsDirty(temp.resolve("vdb.raw")))
                .as("of a crash-consistent copy")
                .isTrue();
        Files.delete(temp.resolve("vdb.raw"));
        // An emulated guest may have to be waited for; libvirt waits for its agent for a few seconds only.
        await().atMost(ExportLab.PATIENCE)
                .untilAsserted(() -> assertThat(
                                lab.libvirtd.virsh("qemu-agent-command", guest.name(), "{\"execute\":\"guest-ping\"}"))
                        .contains("return"));

        ExportResult result = export(
                ExportOptions.builder().consistency(Consistency.FILESYSTEM).build());

        assertThat(result.consistency()).isEqualTo(Consistency.FILESYSTEM);
        assertThat(ExportLab.journalIsDirty(temp.resolve("vdb.raw")))
                .as("of a consistent copy")
                .isFalse();
        assertThat(lab.libvirtd.virsh("qemu-agent-command", guest.name(), "{\"execute\":\"guest-fsfreeze-status\"}"))
                .contains("thawed");
    }

    @Test
    void a_second_export_of_the_same_machine_is_busy_and_harms_nothing() throws Exception {
        Path other = Files.createDirectory(temp.resolve("other"));
        List<PluginException> refused = new ArrayList<>();
        plugin.provider.export(guest.uuid(), ExportOptions.defaults(), temp, progress -> {
            if (refused.isEmpty()) {
                refused.add(catchThrowableOfType(
                        PluginException.class,
                        () -> plugin.provider.export(guest.uuid(), ExportOptions.defaults(), other, ignored -> {})));
            }
        });
        assertThat(refused.getFirst().code()).isEqualTo(ErrorCode.BUSY);
        ExportLab.counters(temp.resolve("vda.raw"), temp.resolve("vdb.raw"));
    }

    @Test
    void a_backup_job_of_somebody_else_is_left_alone() throws Exception {
        Path theirs = Files.createDirectory(lab.libvirtd.disks().resolve("theirs"));
        Needed.run("chown", "libvirt-qemu", theirs);
        Path xml = Files.writeString(temp.resolve("backup.xml"), """
                <domainbackup mode='pull'><server transport='unix' socket='%s/nbd.sock'/><disks>
                <disk name='vda' backup='yes' type='file'><scratch file='%s/vda'/></disk></disks></domainbackup>
                """.formatted(theirs, theirs));
        lab.libvirtd.virsh("backup-begin", guest.name(), xml.toString());
        try {
            PluginException refused =
                    catchThrowableOfType(PluginException.class, () -> export(ExportOptions.defaults()));
            assertThat(refused.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(lab.libvirtd.virsh("backup-dumpxml", guest.name())).contains(theirs.toString());
        } finally {
            lab.libvirtd.virsh("domjobabort", guest.name());
        }
        await().atMost(ExportLab.PATIENCE)
                .untilAsserted(() -> assertThat(lab.libvirtd.virsh("domjobinfo", guest.name()))
                        .contains("None"));
    }

    @Test
    void other_calls_are_answered_while_an_export_runs() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        plugin.provider.export(guest.uuid(), ExportOptions.defaults(), temp, progress -> {
            if (inside.getCount() > 0) {
                assertThat(plugin.provider.get(guest.uuid())).isPresent();
                inside.countDown();
            }
        });
        assertThat(inside.getCount()).isZero();
    }
}
