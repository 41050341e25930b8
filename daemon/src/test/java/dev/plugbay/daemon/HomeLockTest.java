package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {
    private static final HomeLock.Known LOCK = new HomeLock.Known("fe:01", 77, "4711");

    @TempDir
    Path folder;

    private static Optional<String> holder(String... lines) {
        return HomeLock.holder(List.of(lines), LOCK);
    }

    /** By another process, since one that looks at a lock of its own gives it up. */
    @Test
    void a_home_that_a_process_has_is_seen_to_be_held_by_it_until_it_gives_it_up() throws Exception {
        Path file = Files.createDirectory(folder.resolve("run")).resolve(HomeLock.NAME);
        String lock = "$| = 1; open(F, '>', $ARGV[0]) or die; flock(F, 2) or die; print \"ok\\n\"; <STDIN>";
        Process holder = new ProcessBuilder("perl", "-e", lock, file.toString()).start();
        assertThat(holder.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ok");
        assertThat(HomeLock.holder(folder)).contains(String.valueOf(holder.pid()));
        holder.getOutputStream().close();
        assertThat(holder.waitFor()).isZero();
        assertThat(HomeLock.holder(folder)).isEmpty();
    }

    @Test
    void a_file_of_the_same_number_on_another_device_is_another_file() {
        assertThat(holder("1: POSIX  ADVISORY  WRITE 815 00:2a:77 0 EOF")).isEmpty();
        assertThat(holder("1: POSIX  ADVISORY  WRITE 815 fe:01:177 0 EOF")).isEmpty();
    }

    @Test
    void the_holder_is_whom_the_system_names_and_not_who_wrote_itself_down() {
        assertThat(holder("1: POSIX  ADVISORY  WRITE 815 fe:01:77 0 EOF")).contains("815");
    }

    @Test
    void a_device_that_is_called_otherwise_there_is_believed_if_the_process_is_right() {
        assertThat(holder(
                        "1: FLOCK  ADVISORY  WRITE 1 00:2a:77 0 EOF", "2: POSIX  ADVISORY  WRITE 4711 00:2b:77 0 EOF"))
                .contains("4711");
    }

    @Test
    void who_reads_or_waits_does_not_hold_it() {
        assertThat(holder(
                        "1: POSIX  ADVISORY  READ 4711 fe:01:77 0 EOF",
                        "1: -> POSIX  ADVISORY  WRITE 815 fe:01:77 0 EOF"))
                .isEmpty();
    }
}
