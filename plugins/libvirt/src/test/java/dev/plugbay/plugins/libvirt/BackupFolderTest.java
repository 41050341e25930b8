package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of one export. */
class BackupFolderTest {
    @TempDir
    Path temp;

    private static BackupFolder folder(Path scratch) {
        return BackupFolder.create(
                BackupRoot.in(scratch),
                new BackupNote("test:///default", Domains.id(1), false),
                new BackupUser(Optional.empty()));
    }

    @Test
    void it_is_gone_when_it_is_removed() {
        BackupFolder folder = folder(temp);
        folder.remove();
        assertThat(BackupRoot.in(temp).all()).isEmpty();
    }

    @Test
    void it_is_left_for_the_sweep_when_something_in_it_cannot_be_removed() throws Exception {
        BackupFolder folder = folder(temp);
        Files.createDirectory(folder.open().resolve("of-somebody"));
        folder.remove();
        List<Path> left = BackupRoot.in(temp).all();
        assertThat(left).hasSize(1).noneMatch(BackupRoot::ours);
        assertThat(left.getFirst().resolve(BackupFolder.NOTE)).exists();
    }

    @Test
    void it_is_locked_until_it_is_given_up() throws Exception {
        BackupFolder folder = folder(temp);
        assertThat(BackupRoot.in(temp).all()).allMatch(BackupRoot::ours);
        try (FileChannel lock = FileChannel.open(folder.path().resolve(BackupFolder.LOCK), StandardOpenOption.WRITE)) {
            assertThat(catchThrowableOfType(OverlappingFileLockException.class, lock::tryLock))
                    .isNotNull();
        }
    }

    @Test
    void a_full_scratch_folder_is_said_to_be_full() throws Exception {
        Needed.root();
        Path full = Files.createDirectory(temp.resolve("full"));
        Needed.run("mount", "-t", "tmpfs", "-o", "mode=711,size=1m", "none", full);
        try {
            Files.write(full.resolve("filler"), new byte[1 << 20]);
            PluginException failure = catchThrowableOfType(PluginException.class, () -> folder(full));
            assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.INSUFFICIENT_STORAGE);
            assertThat(failure).hasMessageContaining(full.toString()).hasMessageContaining("\"scratch\"");
            assertThat(BackupRoot.in(full).all()).isEmpty();
        } finally {
            Needed.run("umount", full);
        }
    }
}
