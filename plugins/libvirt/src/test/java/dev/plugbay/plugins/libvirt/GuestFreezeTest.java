package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.testkit.GuestDisks;
import dev.plugbay.testkit.GuestMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;

/** No guest stays frozen, whatever becomes of the export that froze it; and nobody else's freeze is undone. */
@Timeout(600)
class GuestFreezeTest {
    private static final ExportOptions FILESYSTEM =
            ExportOptions.builder().consistency(Consistency.FILESYSTEM).build();

    private static final int TRIES = 10;

    private static ExportLab lab;
    private static GuestMachine guest;
    private static LibvirtFixture plugin;

    @TempDir
    Path temp;

    @BeforeAll
    static void start() throws Exception {
        lab = ExportLab.start();
        guest = lab.guest("writer").start();
        plugin = LibvirtFixture.of(lab.libvirtd.uri(), "scratch", lab.scratch.toString(), "callTimeout", "5s");
        awaitAgent();
    }

    /** libvirt waits for an agent for a few seconds only, and an emulated guest may need more for its first answer. */
    private static void awaitAgent() {
        await().atMost(ExportLab.PATIENCE)
                .untilAsserted(() -> assertThat(freezeStatus()).contains("thawed"));
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
    void the_guest_is_thawed_and_writes_and_nothing_is_left() {
        awaitAgent();
        guest.awaitWriting();
        lab.assertNothingLeft(guest);
    }

    private static String freezeStatus() {
        return lab.libvirtd.virsh("qemu-agent-command", guest.name(), "{\"execute\":\"guest-fsfreeze-status\"}");
    }

    /** What a host has left that died while the guest was frozen. */
    private static Path frozenByTheDead(BackupRoot root) throws IOException {
        lab.libvirtd.virsh("domfsfreeze", guest.name());
        assertThat(freezeStatus()).contains("frozen");
        // Made whole before it is there: the plugin looks every few seconds.
        Path made = Files.createDirectory(root.path().resolveSibling("made"));
        Files.createFile(made.resolve(BackupFolder.LOCK));
        BackupFolder.write(made, new BackupNote(lab.libvirtd.uri(), guest.uuid(), true));
        Path folder = root.path().resolve("999999.dead.0123456789abcdef");
        Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
        return folder;
    }

    @Test
    void a_guest_that_a_dead_host_left_frozen_is_thawed() throws Exception {
        Path folder = frozenByTheDead(BackupRoot.in(lab.scratch));
        await().atMost(ExportLab.PATIENCE)
                .untilAsserted(() -> assertThat(folder).doesNotExist());
        assertThat(freezeStatus()).contains("thawed");
    }

    @Test
    void what_says_that_a_guest_is_frozen_stays_until_it_is_thawed() throws Exception {
        BackupRoot root = BackupRoot.in(temp);
        Path folder = frozenByTheDead(root);
        BackupRemains remains = new BackupRemains(
                new ExportRequests(plugin.plugin.lines(), lab.libvirtd.uri(), Duration.ofSeconds(2)),
                NOPLogger.NOP_LOGGER);
        lab.libvirtd.virsh("suspend", guest.name()); // so its agent does not answer
        try {
            remains.sweep(root);
            assertThat(folder.resolve(BackupFolder.NOTE)).content().contains("frozen=true");
        } finally {
            lab.libvirtd.virsh("resume", guest.name());
        }
        await().atMost(ExportLab.PATIENCE).untilAsserted(() -> {
            remains.sweep(root);
            assertThat(folder).doesNotExist();
        });
        assertThat(freezeStatus()).contains("thawed");
    }

    @Test
    void a_guest_that_somebody_else_has_frozen_stays_frozen() {
        lab.libvirtd.virsh("domfsfreeze", guest.name());
        try {
            PluginException refused = catchThrowableOfType(PluginException.class, this::export);
            assertThat(refused.code()).as(refused.getMessage()).isEqualTo(ErrorCode.UNSUPPORTED);
            assertThat(freezeStatus()).contains("frozen");
        } finally {
            lab.libvirtd.virsh("domfsthaw", guest.name());
        }
    }

    /** As a domain may say by {@code virsh guest-agent-timeout}: libvirt gives an agent up whose guest flushes for long, and the agent freezes it a little later. */
    @Test
    void a_guest_that_is_frozen_after_libvirt_has_given_its_agent_up_is_thawed() {
        lab.libvirtd.virsh("guest-agent-timeout", guest.name(), "--timeout=5");
        inGuest("touch", GuestDisks.SLOW_FREEZE);
        try {
            PluginException failure = catchThrowableOfType(PluginException.class, this::export);
            assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.UNAVAILABLE);
        } finally {
            await().atMost(ExportLab.PATIENCE).untilAsserted(() -> inGuest("rm", GuestDisks.SLOW_FREEZE));
            lab.libvirtd.virsh("guest-agent-timeout", guest.name(), "--timeout=-2");
        }
    }

    private static void inGuest(String program, String argument) {
        lab.libvirtd.virsh("qemu-agent-command", guest.name(), """
                {"execute": "guest-exec", "arguments": {"path": "/bin/%s", "arg": ["%s"]}}
                """.formatted(program, argument));
    }

    /** Not while it begins the job: then libvirt 9 itself loses track of it, and the machine has a job that nobody can end. So the freeze takes long enough. */
    @Test
    void a_guest_is_thawed_though_libvirtd_is_killed_while_it_freezes() throws Exception {
        inGuest("touch", GuestDisks.SLOW_FREEZE);
        FutureTask<Boolean> killer = new FutureTask<>(() -> {
            awaitText(lab.scratch, BackupFolder.NOTE, "frozen=true");
            lab.libvirtd.killDaemon();
            for (int failures = 0; failures < 5; ) { // for as long as the export notices it too
                failures += listFails() ? 1 : 0;
            }
            lab.libvirtd.startDaemon();
            return true;
        });
        Thread thread = Thread.ofPlatform().start(killer);
        try {
            export();
        } catch (PluginException e) {
            assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.UNAVAILABLE);
        }
        thread.join();
        assertThat(killer.get()).isTrue();
        await().atMost(ExportLab.PATIENCE).untilAsserted(() -> inGuest("rm", GuestDisks.SLOW_FREEZE));
    }

    @Test
    void a_guest_that_cannot_be_thawed_at_once_is_not_exported_but_thawed_later() throws Exception {
        Optional<PluginException> failure = Optional.empty();
        for (int tries = 0; tries < TRIES && failure.isEmpty(); tries++) {
            failure = exportOfSuspended(Files.createDirectory(temp.resolve("out" + tries)));
            the_guest_is_thawed_and_writes_and_nothing_is_left();
        }
        assertThat(failure)
                .as("a failure, unless the guest was thawed before each time")
                .isPresent();
        assertThat(failure.get().code()).as(failure.get().getMessage()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure.get()).hasMessageContaining("could not be thawed");
    }

    /**
     * The guest is suspended as soon as it is frozen and the job begins, so that its agent does not answer. Its failure, if that was before the thaw. A QEMU that is suspended while
     * it makes the scratch image may itself fail ("Bad file descriptor", seen with 7.2): that says nothing of the thaw.
     */
    private static Optional<PluginException> exportOfSuspended(Path out) throws Exception {
        FutureTask<String> suspender = new FutureTask<>(() -> {
            awaitFile("vda.scratch");
            return lab.libvirtd.virsh("suspend", guest.name());
        });
        Thread.ofPlatform().start(suspender);
        try {
            export(out);
            return Optional.empty();
        } catch (PluginException e) {
            assertThat(out).isEmptyDirectory();
            return Optional.of(e).filter(it -> !String.valueOf(it.getMessage()).contains("cannot begin a backup"));
        } finally {
            try {
                assertThat(suspender.get()).isEmpty();
            } finally {
                lab.libvirtd.virsh("resume", guest.name());
            }
        }
    }

    private static void awaitFile(String name) {
        await().pollInterval(Duration.ofMillis(2)).atMost(ExportLab.PATIENCE).until(() -> has(lab.scratch, name, ""));
    }

    /** Waits until a file somewhere in a folder has a text. */
    private static void awaitText(Path folder, String file, String text) {
        await().pollInterval(Duration.ofMillis(2)).atMost(ExportLab.PATIENCE).until(() -> has(folder, file, text));
    }

    private static boolean has(Path folder, String file, String text) {
        try (Stream<Path> all = Files.walk(folder, 4)) {
            for (Path path : all.filter(it -> it.endsWith(file)).toList()) {
                if (text.isEmpty() || Files.readString(path).contains(text)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | UncheckedIOException e) {
            return false; // one of them went while it was looked at
        }
    }

    private static boolean listFails() {
        try {
            return plugin.provider.list(VmFilter.all(), Page.first()).items().isEmpty();
        } catch (PluginException e) {
            return true;
        }
    }

    private void export() {
        export(temp);
    }

    private static void export(Path out) {
        plugin.provider.export(guest.uuid(), FILESYSTEM, out, progress -> {});
    }
}
