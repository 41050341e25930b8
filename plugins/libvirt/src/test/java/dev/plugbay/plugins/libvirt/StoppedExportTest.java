package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.testkit.GuestMachine;
import dev.plugbay.testkit.TestCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exports of machines that are off. */
@Timeout(300)
class StoppedExportTest {
    private static ExportLab lab;
    private static LibvirtFixture plugin;
    private static int count;

    @TempDir
    Path temp;

    private GuestMachine guest;

    @BeforeAll
    static void start() throws Exception {
        lab = ExportLab.start();
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

    @BeforeEach
    void guest() throws Exception {
        guest = lab.guest("off" + ++count);
    }

    @AfterEach
    void nothing_is_left() {
        lab.assertNothingLeft(guest);
    }

    private ExportResult export(ExportOptions options) {
        return plugin.provider.export(guest.uuid(), options, temp, progress -> {});
    }

    private PluginException fails(ErrorCode code, ExportOptions options) {
        PluginException failure = catchThrowableOfType(PluginException.class, () -> export(options));
        assertThat(failure).as("a failure").isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(temp).isEmptyDirectory();
        return failure;
    }

    @Test
    void a_copy_is_identical_to_the_source_in_either_format() throws Exception {
        for (String format : List.of("raw", "qcow2")) {
            ExportResult result = export(ExportOptions.builder().format(format).build());
            assertThat(result.consistency()).isEqualTo(Consistency.CRASH);
            Path vda = temp.resolve("vda." + format);
            Path vdb = temp.resolve("vdb." + format);
            assertThat(Needed.run("qemu-img", "compare", "-f", "raw", "-F", format, guest.boot(), vda))
                    .contains("identical");
            assertThat(Needed.run("qemu-img", "compare", "-f", "qcow2", "-F", format, guest.data(), vdb))
                    .contains("identical");
        }
    }

    /** This guest is one of those that libvirt takes for shut down, and whose file system is not in order. */
    @Test
    void a_guest_that_is_off_is_not_said_to_have_its_file_systems_in_order() throws Exception {
        guest.start().shutDown();
        assertThat(lab.libvirtd.virsh("domstate", "--reason", guest.name())).contains("shutdown");
        ExportOptions filesystem =
                ExportOptions.builder().consistency(Consistency.FILESYSTEM).build();
        assertThat(fails(ErrorCode.UNSUPPORTED, filesystem)).hasMessageContaining("guest agent");
        ExportResult result = export(ExportOptions.defaults());
        assertThat(result.consistency()).isEqualTo(Consistency.CRASH);
        ExportLab.counters(temp.resolve("vda.raw"), temp.resolve("vdb.raw"));
        assertThat(ExportLab.journalIsDirty(temp.resolve("vdb.raw"))).isTrue();
    }

    @Test
    void the_machine_cannot_be_started_while_it_is_exported() {
        AtomicBoolean tried = new AtomicBoolean();
        plugin.provider.export(guest.uuid(), ExportOptions.defaults(), temp, progress -> {
            if (tried.compareAndSet(false, true)) {
                AssertionError refused =
                        catchThrowableOfType(AssertionError.class, () -> lab.libvirtd.virsh("start", guest.name()));
                assertThat(refused).hasMessageContaining("lock");
            }
        });
        assertThat(tried).isTrue();
        lab.libvirtd.virsh("start", guest.name());
        guest.destroy();
    }

    @Test
    void a_disk_that_another_program_writes_to_is_busy() throws Exception {
        Process writer = new ProcessBuilder(
                        "qemu-nbd",
                        "--persistent",
                        "--format=qcow2",
                        "--socket=" + temp.resolveSibling("w" + count + ".sock"),
                        guest.data().toString())
                .start();
        try {
            Path socket = temp.resolveSibling("w" + count + ".sock");
            await().atMost(ExportLab.PATIENCE).until(() -> NbdPeer.answers(socket));
            Needed.run(
                    "qemu-img", "info", "nbd+unix:///?socket=" + socket); // answered once the disk is open and locked
            fails(ErrorCode.BUSY, ExportOptions.defaults());
        } finally {
            writer.destroyForcibly().onExit().join();
            Files.deleteIfExists(temp.resolveSibling("w" + count + ".sock"));
        }
    }

    @Test
    void a_disk_whose_file_is_gone_is_named() throws Exception {
        Files.delete(guest.data());
        PluginException failure = fails(ErrorCode.CONFLICT, ExportOptions.defaults());
        assertThat(failure)
                .hasMessageContaining("vdb")
                .hasMessageContaining(guest.data().toString());
    }

    /** As where libvirt's socket is forwarded from another machine: the same path, another file. What is mounted later is not seen by this libvirtd. */
    @Test
    void a_file_that_is_not_the_one_that_libvirt_sees_is_not_exported() throws Exception {
        Needed.root();
        Path other = Files.write(temp.resolveSibling("other" + count), new byte[4096]);
        Needed.run("mount", "--bind", other, guest.boot());
        try {
            PluginException failure = fails(ErrorCode.CONFLICT, ExportOptions.defaults());
            assertThat(failure).hasMessageContaining("vda").hasMessageContaining("4096 bytes here");
        } finally {
            Needed.run("umount", guest.boot());
            Files.delete(other);
        }
    }

    @Test
    void a_drive_is_no_disk_and_an_unknown_disk_is_not_found() {
        fails(
                ErrorCode.UNSUPPORTED,
                ExportOptions.builder().disks(List.of("hda")).build());
        fails(ErrorCode.NOT_FOUND, ExportOptions.builder().disks(List.of("vdz")).build());
    }

    @Test
    void only_the_chosen_disk_is_exported_and_described() {
        ExportResult result = export(
                ExportOptions.builder().disks(List.of("vdb")).removeCdrom(true).build());
        assertThat(result.files()).hasSize(1);
        assertThat(result.metadata().get(DomainExport.DOMAIN_XML))
                .contains("<source file=\"vdb.raw\"/>")
                .contains("<driver name=\"qemu\" type=\"raw\"/>")
                .doesNotContain("vda")
                .doesNotContain("hda")
                .doesNotContain("<uuid>")
                .doesNotContain(guest.boot().toString());
    }

    @Test
    void a_libvirtd_that_restarts_does_not_make_it_fail() {
        AtomicBoolean killed = new AtomicBoolean();
        List<Thread> starter = new ArrayList<>();
        ExportResult result = plugin.provider.export(guest.uuid(), ExportOptions.defaults(), temp, progress -> {
            if (progress.percent() >= 100 && killed.compareAndSet(false, true)) {
                lab.libvirtd.killDaemon();
                starter.add(Thread.ofPlatform().start(() -> {
                    await().atMost(ExportLab.PATIENCE)
                            .until(() -> plugin.plugin.health().level() == Health.Level.UNHEALTHY);
                    lab.libvirtd.startDaemon();
                }));
            }
        });
        starter.forEach(StoppedExportTest::join);
        assertThat(result.files()).hasSize(2);
        assertThat(killed).isTrue();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void what_the_caller_adds_does_not_hide_what_the_export_tells() {
        ExportResult result = export(ExportOptions.builder()
                .metadata(Map.of("source", "mine", "why", "test"))
                .build());
        assertThat(result.metadata()).containsEntry("source", "off").containsEntry("why", "test");
    }

    @Test
    void a_cancel_leaves_nothing() {
        TestCall call = new TestCall();
        PluginException failure = catchThrowableOfType(
                PluginException.class,
                () -> call.call(() -> plugin.provider.export(
                        guest.uuid(), ExportOptions.defaults(), temp, progress -> call.cancel())));
        assertThat(failure.code()).isEqualTo(ErrorCode.CALL_CANCELLED);
        assertThat(temp).isEmptyDirectory();
    }
}
