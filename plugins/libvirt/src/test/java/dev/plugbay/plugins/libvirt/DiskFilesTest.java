package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.cloud.VmDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFilesTest {
    @TempDir
    Path temp;

    private static VmDisk disk(Object name) {
        return VmDisk.builder("vda").name(name.toString()).build();
    }

    @Test
    void a_name_that_java_cannot_make_a_path_of_is_no_file() {
        assertThat(new DiskFiles().size(disk("/a\0b"))).isEmpty();
    }

    @Test
    void a_name_beyond_ascii_is_found() throws Exception {
        Path file = Files.write(temp.resolve("Öl 100%.raw"), new byte[4096]);
        assertThat(new DiskFiles().size(disk(file)))
                .hasValueSatisfying(size -> assertThat(size.capacity()).isEqualTo(4096));
    }

    @Test
    void the_longest_mount_above_a_path_is_the_one_that_it_is_on() {
        List<String> table = List.of(
                "21 1 8:1 / / rw shared:1 - ext4 /dev/sda rw",
                "22 21 0:50 / /srv rw - nfs s:/ rw",
                "23 22 0:51 / /srv/two\\040words rw - nfs s:/w rw",
                "odd");
        assertThat(Mounts.of("/srv/two words/a.raw", table)).isEqualTo("/srv/two words");
        assertThat(Mounts.of("/srv/two/a.raw", table)).isEqualTo("/srv");
        assertThat(Mounts.of("/srvs/a.raw", table)).isEqualTo("/");
    }
}
