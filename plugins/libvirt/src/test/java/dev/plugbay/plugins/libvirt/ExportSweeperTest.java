package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;

/** What dead hosts left in scratch folders of old, some of which cannot be swept. Nothing of it was libvirt's, so its test driver will do. */
@Timeout(200)
class ExportSweeperTest {
    private static final String URI = "test:///default";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path temp;

    private Path data;
    private final List<Path> mounts = new ArrayList<>();

    @BeforeEach
    void ready() throws Exception {
        Needed.libvirt();
        Needed.root();
        data = Files.createDirectory(temp.resolve("data"));
    }

    @AfterEach
    void unmount() throws Exception {
        for (Path mount : mounts.reversed()) {
            Needed.run("umount", mount);
        }
    }

    private Path scratch(String name) throws IOException {
        return Files.createDirectory(temp.resolve(name));
    }

    private void remembered(Path... folders) throws IOException {
        Files.write(
                data.resolve("scratch-folders"),
                Arrays.stream(folders).map(Path::toString).toList());
    }

    /** What a host has left that died. */
    private static Path dead(Path scratch, BackupNote note) throws IOException {
        Path folder = Files.createDirectory(BackupRoot.in(scratch).path().resolve("999999.dead.0123456789abcdef"));
        Files.createFile(folder.resolve(BackupFolder.LOCK));
        BackupFolder.write(folder, note);
        return folder;
    }

    private static Path dead(Path scratch) throws IOException {
        return dead(scratch, new BackupNote(URI, Domains.id(1), false));
    }

    private LibvirtFixture plugin() throws IOException {
        return LibvirtFixture.keeping(data, URI, "scratch", scratch("current").toString());
    }

    private void mount(String... arguments) throws Exception {
        List<Object> command = new ArrayList<>(List.of("mount"));
        command.addAll(List.of(arguments));
        Needed.run(command.toArray());
        mounts.add(Path.of(arguments[arguments.length - 1]));
    }

    private static void awaitGone(Path folder) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(folder).doesNotExist());
    }

    @Test
    void folders_that_cannot_be_swept_keep_no_other_from_it_and_are_remembered() throws Exception {
        Path readOnly = scratch("read-only");
        Path left = dead(readOnly);
        mount("--bind", readOnly.toString(), readOnly.toString());
        Needed.run("mount", "-o", "remount,bind,ro", readOnly);
        Path others = scratch("others");
        Files.setAttribute(dead(others).getParent(), "unix:uid", 1);
        Path away = scratch("away");
        Path good = scratch("good");
        Path swept = dead(good);
        remembered(readOnly, others, away, good);
        try (LibvirtFixture _ = plugin()) {
            awaitGone(swept);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Files.readAllLines(data.resolve("scratch-folders")))
                            .containsExactly(
                                    temp.resolve("current").toString(),
                                    readOnly.toString(),
                                    others.toString(),
                                    away.toString()));
            assertThat(left).exists();
            assertThat(temp.resolve("others")).isNotEmptyDirectory();
        }
    }

    @Test
    void what_lies_on_a_disk_that_was_not_there_is_swept_when_it_is() throws Exception {
        Path disk = scratch("disk");
        Path place = scratch("place");
        dead(disk);
        remembered(place);
        try (LibvirtFixture _ = plugin()) {
            Path other = dead(temp.resolve("current"));
            awaitGone(other); // so it was looked at
            mount("--bind", disk.toString(), place.toString());
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(BackupRoot.in(disk).path()).isEmptyDirectory());
        }
    }

    @Test
    void a_folder_that_hangs_keeps_neither_another_nor_the_end_of_the_plugin() throws Exception {
        Path hanging = scratch("hanging");
        Path hung = dead(hanging);
        Path good = scratch("good");
        Path swept = dead(good);
        remembered(hanging, good);
        try (HeldFile _ = HeldFile.of(hung.resolve(BackupFolder.LOCK))) {
            LibvirtFixture plugin = plugin();
            awaitGone(swept);
            assertThat(hung).exists();
            long began = System.nanoTime();
            plugin.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            assertThat(hung).exists();
        }
    }

    @Test
    void a_note_that_cannot_be_written_after_the_thaw_keeps_nothing_else_from_being_removed() throws Exception {
        Path folder = dead(scratch("old"), new BackupNote(URI, Domains.id(1), true));
        Path inTheWay = Files.createDirectory(folder.resolve(BackupFolder.NOTE + ".new"));
        remembered(temp.resolve("old"));
        try (LibvirtFixture _ = plugin()) {
            awaitGone(folder.resolve(BackupFolder.NOTE));
            assertThat(inTheWay).exists();
        }
    }

    @Test
    void what_another_connection_has_left_is_left_to_it() throws Exception {
        Path scratch = scratch("shared");
        Path ours = dead(scratch);
        Path theirs = ours.resolveSibling("999999.dead.fedcba9876543210");
        Files.createDirectory(
                theirs, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        Files.createFile(theirs.resolve(BackupFolder.LOCK));
        BackupFolder.write(theirs, new BackupNote("qemu+ssh://elsewhere/system", Domains.id(1), true));
        try (LibvirtFixture libvirt = plugin()) {
            BackupRemains remains = new BackupRemains(
                    new ExportRequests(libvirt.plugin.lines(), URI, Duration.ofSeconds(2)), NOPLogger.NOP_LOGGER);
            remains.sweep(BackupRoot.in(scratch));
            assertThat(ours).doesNotExist();
            assertThat(theirs.resolve(BackupFolder.NOTE)).content().contains("frozen=true");
            assertThat(remains.others()).containsExactly("qemu+ssh://elsewhere/system");
        }
    }
}
