package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    Path folder;

    @Test
    void a_new_home_is_private() throws Exception {
        Path home = folder.resolve("deep/home");
        try (Home opened = Home.open(home)) {
            assertThat(opened.token()).matches("[0-9a-f]{64}");
        }
        assertThat(mode(home)).isEqualTo("rwx------");
        assertThat(mode(home.resolve("token"))).isEqualTo("rw-------");
        assertThat(mode(home.resolve("plugbay.db"))).isEqualTo("rw-------");
        assertThat(mode(home.resolve("run"))).isEqualTo("rwx------");
        assertThat(home.resolve("plugins")).isDirectory();
    }

    @Test
    void the_token_stays_the_same() {
        String first = token();
        assertThat(token()).isEqualTo(first);
    }

    @Test
    void a_home_that_is_open_is_refused_with_the_pid_of_who_has_it() {
        try (Home first = Home.open(folder)) {
            PlugbayException failure = catchThrowableOfType(PlugbayException.class, () -> Home.open(first.folder()));
            assertThat(failure.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(failure.detail())
                    .contains("process " + ProcessHandle.current().pid());
        }
        token();
    }

    @Test
    void a_home_that_cannot_be_made_is_refused_with_a_remedy() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        PlugbayException failure = catchThrowableOfType(PlugbayException.class, () -> Home.open(file.resolve("home")));
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure.remedy().orElse("")).contains("PLUGBAY_HOME");
    }

    @Test
    void the_sample_is_a_sparse_disk_with_a_file_system_and_comes_once() throws Exception {
        token();
        Path sample = folder.resolve("data/images/sample.img");
        assertThat(Files.size(sample)).isEqualTo(8L << 20);
        assertThat((Long) Files.getAttribute(sample, "unix:size")).isEqualTo(8L << 20);
        ByteBuffer disk = ByteBuffer.wrap(Files.readAllBytes(sample)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(disk.getShort(510)).isEqualTo((short) 0xAA55);
        int partition = disk.getInt(0x1BE + 8) * 512;
        assertThat(disk.getShort(partition + 510)).isEqualTo((short) 0xAA55);
        assertThat(readme(disk, partition))
                .startsWith("This is Plugbay's sample disk.")
                .endsWith("too.\n");
        Files.delete(sample);
        token();
        assertThat(sample).doesNotExist();
    }

    /** Follows the FAT from its boot sector, as a driver would. */
    private static String readme(ByteBuffer disk, int partition) {
        int sector = disk.getShort(partition + 11);
        int root = partition
                + sector * (disk.getShort(partition + 14) + disk.get(partition + 16) * disk.getShort(partition + 22));
        int data = root + disk.getShort(partition + 17) * 32;
        int entry = root + 32;
        byte[] name = new byte[11];
        disk.get(entry, name);
        assertThat(new String(name, StandardCharsets.US_ASCII)).isEqualTo("README  TXT");
        int cluster = disk.getShort(entry + 26);
        byte[] text = new byte[disk.getInt(entry + 28)];
        disk.get(data + (cluster - 2) * disk.get(partition + 13) * sector, text);
        byte[] rest = new byte[16];
        disk.get(data + (cluster - 2) * disk.get(partition + 13) * sector + text.length, rest);
        assertThat(Arrays.equals(rest, new byte[16])).isTrue();
        return new String(text, StandardCharsets.US_ASCII);
    }

    private String token() {
        try (Home home = Home.open(folder)) {
            return home.token();
        }
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void a_token_file_that_cannot_be_used_is_named_with_what_to_do() throws Exception {
        token();
        Path file = folder.resolve("token");
        for (byte[] bad : new byte[][] {{(byte) 0xff, (byte) 0xfe, 1}, "two words".getBytes(StandardCharsets.UTF_8)}) {
            Files.write(file, bad);
            PlugbayException failure = catchThrowableOfType(PlugbayException.class, this::token);
            assertThat(failure.detail()).contains(file.toString());
            assertThat(failure.remedy().orElse("")).contains("Delete it");
        }
        Files.delete(file);
        assertThat(token()).matches("[0-9a-f]{64}");
    }

    @Test
    void a_token_that_others_could_read_is_closed_to_them() throws Exception {
        String kept = token();
        Files.setPosixFilePermissions(folder.resolve("token"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(token()).isEqualTo(kept);
        assertThat(mode(folder.resolve("token"))).isEqualTo("rw-------");
    }

    @Test
    void a_home_that_is_a_file_is_named_as_that() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        PlugbayException failure = catchThrowableOfType(PlugbayException.class, () -> Home.open(file));
        assertThat(failure.detail())
                .contains("there is a file where a folder must be")
                .doesNotContain("Exception");
    }

    @Test
    void what_a_killed_daemon_left_in_the_run_folder_is_gone_after_the_next_start() throws Exception {
        token();
        Path run = folder.resolve("run");
        Files.writeString(run.resolve("daemon.json"), "{\"pid\": 1}");
        Files.writeString(
                Files.createDirectories(run.resolve("uploads/upload-1")).resolve("plugin.jar"), "half");
        Files.createDirectories(run.resolve("shop-3"));
        try (Home home = Home.open(folder)) {
            assertThat(home.uploads()).isEmptyDirectory();
            assertThat(run).isDirectoryNotContaining("glob:**shop-3").isDirectoryNotContaining("glob:**daemon.json");
        }
    }

    @Test
    void a_daemon_that_is_refused_removes_nothing_of_the_one_that_runs() throws Exception {
        try (Home home = Home.open(folder)) {
            home.announce("daemon.json", "{}".getBytes(StandardCharsets.UTF_8));
            assertThat(catchThrowableOfType(PlugbayException.class, () -> Home.open(folder))
                            .code())
                    .isEqualTo(ErrorCode.BUSY);
            assertThat(folder.resolve("run/daemon.json")).exists();
        }
    }
}
