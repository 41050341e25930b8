package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.testkit.GuestMachine;
import dev.plugbay.testkit.TestCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to an export of a running guest: a failure with a code, nothing left, and the next export works. */
@Timeout(600)
class BackupFailureTest {
    private static final int CANCELS = "full".equals(System.getProperty("plugbay.proofs")) ? 50 : 10;
    private static final String SHORT = "5s";

    @TempDir
    static Path mounts;

    private static Path scratch;
    private static ExportLab lab;
    private static GuestMachine guest;
    private static LibvirtFixture plugin;

    @TempDir
    Path temp;

    private int folders;

    @BeforeAll
    static void start() throws Exception {
        // Before the lab is made: what is mounted later is not seen in it.
        Needed.root();
        Files.setPosixFilePermissions(mounts, PosixFilePermissions.fromString("rwx--x--x"));
        scratch = tmpfs("s", 100);
        lab = ExportLab.start();
        guest = lab.guest("writer").start();
        plugin = LibvirtFixture.of(lab.libvirtd.uri(), "scratch", scratch.toString(), "callTimeout", SHORT);
    }

    @AfterAll
    static void stop() throws Exception {
        if (plugin != null) {
            plugin.close();
        }
        if (lab != null) {
            lab.close();
        }
        if (scratch != null) {
            Needed.run("umount", scratch);
        }
    }

    private static Path tmpfs(String name, int mebibytes) throws Exception {
        Path folder = Files.createDirectory(mounts.resolve(name));
        Needed.run("mount", "-t", "tmpfs", "-o", "mode=711,size=" + mebibytes + "m", "none", folder);
        return folder;
    }

    @AfterEach
    void nothing_is_left_and_the_next_export_works() throws Exception {
        assertNothingLeft();
        export(ExportOptions.defaults(), () -> {});
        Path out = temp.resolve("out" + folders);
        ExportLab.counters(out.resolve("vda.raw"), out.resolve("vdb.raw"));
        assertNothingLeft();
    }

    private static void assertNothingLeft() {
        lab.assertNothingLeft(guest, scratch);
    }

    /** Exports into a new folder; {@code meanwhile} is run once, when the job is under way. */
    private void export(ExportOptions options, Runnable meanwhile) throws Exception {
        export(options, Files.createDirectory(temp.resolve("out" + ++folders)), meanwhile);
    }

    private static void export(ExportOptions options, Path out, Runnable meanwhile) {
        AtomicBoolean done = new AtomicBoolean();
        plugin.provider.export(guest.uuid(), options, out, progress -> {
            if (done.compareAndSet(false, true)) {
                meanwhile.run();
            }
        });
    }

    private PluginException fails(ErrorCode code, ExportOptions options, Runnable meanwhile) throws Exception {
        Path out = Files.createDirectory(temp.resolve("out" + ++folders));
        PluginException failure = catchThrowableOfType(PluginException.class, () -> export(options, out, meanwhile));
        assertThat(failure).as("a failure").isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(out).isEmptyDirectory();
        return failure;
    }

    @Test
    void cancelled_at_any_moment() throws Exception {
        long seed = System.nanoTime();
        System.out.println("cancelled_at_any_moment: seed " + seed);
        Random random = new Random(seed);
        int millis = millisOfAnExport();
        int cancelled = 0;
        for (int i = 0; i < CANCELS; i++) {
            String format = random.nextBoolean() ? "raw" : "qcow2";
            ExportOptions options = ExportOptions.builder().format(format).build();
            int after = random.nextInt(millis);
            Path out = Files.createDirectory(temp.resolve("out" + ++folders));
            PluginException failure = catchThrowableOfType(
                    PluginException.class, () -> cancelledAfter(after, () -> export(options, out, () -> {})));
            if (failure != null) {
                assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.CALL_CANCELLED);
                assertThat(out).isEmptyDirectory();
                cancelled++;
            }
            assertNothingLeft();
            millis = Math.min(millis, millisOfAnExport());
        }
        assertThat(cancelled).as("exports that were cancelled before their end").isPositive();
    }

    private int millisOfAnExport() throws Exception {
        long began = System.nanoTime();
        export(ExportOptions.defaults(), () -> {});
        return (int) ((System.nanoTime() - began) / 1_000_000);
    }

    @Test
    void the_guests_qemu_is_killed() throws Exception {
        PluginException failure = fails(ErrorCode.UNAVAILABLE, ExportOptions.defaults(), () -> {
            lab.libvirtd.crash(guest.name());
            guest.awaitOff();
        });
        assertThat(failure).hasMessageContaining("ended while it was exported");
        guest.start();
    }

    @Test
    void the_guest_is_stopped_while_it_is_converted() throws Exception {
        fails(ErrorCode.UNAVAILABLE, ExportOptions.builder().format("qcow2").build(), () -> guest.destroy());
        guest.start();
    }

    @Test
    void libvirtd_is_killed_and_comes_back() throws Exception {
        export(ExportOptions.defaults(), () -> {
            lab.libvirtd.killDaemon();
            lab.libvirtd.startDaemon();
        });
    }

    @Test
    void libvirtd_is_killed_and_comes_back_after_the_export_has_given_up() throws Exception {
        PluginException failure = fails(ErrorCode.UNAVAILABLE, ExportOptions.defaults(), lab.libvirtd::killDaemon);
        assertThat(failure).hasMessageContaining("could not be ended");
        try (Stream<Path> all = Files.walk(scratch)) {
            assertThat(all.map(path -> String.valueOf(path.getFileName())))
                    .as("what tells the next sweep of it")
                    .anyMatch(name -> name.startsWith(BackupFolder.LEFT));
        }
        lab.libvirtd.startDaemon();
    }

    /** As after an upgrade of the machine, or by an operator who looked for more room. */
    @Test
    void another_scratch_folder_and_another_connection_are_configured_after_the_export_has_given_up() throws Exception {
        Path data = Files.createDirectory(temp.resolve("data"));
        Path old = Files.createDirectory(mounts.resolve("o"));
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwx--x--x"));
        try (LibvirtFixture before = LibvirtFixture.keeping(
                data, lab.libvirtd.uri() + "&no_verify=1", "scratch", old.toString(), "callTimeout", SHORT)) {
            Path out = Files.createDirectory(temp.resolve("out" + ++folders));
            IllegalStateException failure = catchThrowableOfType(
                    IllegalStateException.class,
                    () -> before.provider.export(guest.uuid(), ExportOptions.defaults(), out, progress -> killed()));
            assertThat(failure.getSuppressed()[0]).hasMessageContaining("could not be ended");
        }
        lab.libvirtd.startDaemon();
        assertThat(lab.libvirtd.virsh("domjobinfo", guest.name())).contains("Backup");
        try (LibvirtFixture after =
                LibvirtFixture.keeping(data, lab.libvirtd.uri(), "scratch", temp.toString(), "callTimeout", SHORT)) {
            lab.assertNothingLeft(guest, old);
            assertThat(after.provider.get(guest.uuid())).isPresent();
        }
    }

    private static void killed() {
        lab.libvirtd.killDaemon();
        throw new IllegalStateException("that is enough");
    }

    @Test
    void libvirtd_hangs_until_after_the_export_has_given_up() throws Exception {
        fails(ErrorCode.UNAVAILABLE, ExportOptions.defaults(), lab.libvirtd::freezeDaemon);
        lab.libvirtd.thawDaemon();
    }

    @Test
    void the_target_is_full() throws Exception {
        Path target = tmpfs("t", 8);
        try {
            for (String format : new String[] {"raw", "qcow2"}) {
                PluginException failure = catchThrowableOfType(
                        PluginException.class,
                        () -> export(ExportOptions.builder().format(format).build(), target, () -> {}));
                assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.INSUFFICIENT_STORAGE);
                assertThat(target).isEmptyDirectory();
            }
        } finally {
            Needed.run("umount", target);
        }
    }

    @Test
    void the_scratch_space_runs_out() throws Exception {
        Path filler = scratch.resolve("filler");
        try {
            PluginException failure =
                    fails(ErrorCode.INSUFFICIENT_STORAGE, ExportOptions.defaults(), () -> fill(filler));
            assertThat(failure).hasMessageContaining("scratch");
            guest.awaitWriting();
        } finally {
            Files.deleteIfExists(filler);
        }
    }

    /** As where the target hangs: what the guest overwrites goes on growing. */
    @Test
    void the_scratch_space_runs_out_while_nothing_is_copied() throws Exception {
        Path filler = scratch.resolve("filler");
        try {
            PluginException failure = fails(ErrorCode.INSUFFICIENT_STORAGE, ExportOptions.defaults(), () -> {
                fill(filler);
                await().atMost(ExportLab.PATIENCE)
                        .untilAsserted(() -> assertThat(lab.libvirtd.virsh("domjobinfo", guest.name()))
                                .contains("None"));
            });
            assertThat(failure).hasMessageContaining("scratch");
        } finally {
            Files.deleteIfExists(filler);
        }
    }

    @Test
    void the_guests_qemu_hangs_while_it_is_converted() throws Exception {
        try {
            PluginException failure = fails(
                    ErrorCode.UNAVAILABLE,
                    ExportOptions.builder().format("qcow2").build(),
                    () -> lab.libvirtd.hang(guest.name()));
            assertThat(failure).hasMessageContaining("qemu-img has done nothing");
        } finally {
            lab.libvirtd.unhang(guest.name());
        }
    }

    @Test
    void a_scratch_folder_that_qemu_cannot_enter_is_named() throws Exception {
        Path closed = Files.createDirectory(mounts.resolve("c"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        try (LibvirtFixture wrong = LibvirtFixture.of(lab.libvirtd.uri(), "scratch", closed.toString())) {
            PluginException failure = catchThrowableOfType(
                    PluginException.class,
                    () -> wrong.provider.export(guest.uuid(), ExportOptions.defaults(), temp, progress -> {}));
            assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(failure).hasMessageContaining(closed.toString()).hasMessageContaining("\"scratch\"");
        }
        lab.assertNothingLeft(guest, closed);
    }

    private static void cancelledAfter(int millis, Runnable work) {
        TestCall call = new TestCall();
        Thread canceller = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(millis);
                call.cancel();
            } catch (InterruptedException workEndedBefore) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            call.run(work);
        } finally {
            canceller.interrupt();
        }
    }

    private static void fill(Path filler) {
        try {
            Needed.run("dd", "if=/dev/zero", "of=" + filler, "bs=1M", "count=40", "status=none");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
