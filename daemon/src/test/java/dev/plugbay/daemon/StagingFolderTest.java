package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("systems")
class StagingFolderTest {
    private final AtomicRename renames;

    @TempDir
    private Path target;

    private final String job = new JobIds(Clock.systemUTC()).next();

    StagingFolderTest(AtomicRename renames) {
        this.renames = renames;
    }

    static Stream<AtomicRename> systems() {
        return Stream.of(AtomicRename.ofSystem(), AtomicRename.portable());
    }

    @Test
    void a_name_that_is_taken_is_never_overwritten() throws Exception {
        Path empty = Files.createDirectory(target.resolve("empty"));
        Path full = Files.createDirectory(target.resolve("full"));
        Files.writeString(full.resolve("precious"), "mine");
        Files.writeString(target.resolve("file"), "mine");
        Files.createSymbolicLink(target.resolve("dangling"), Path.of("nowhere"));
        for (String name : List.of("empty", "full", "file", "dangling")) {
            StagingFolder staging = staged(name);
            assertThatThrownBy(() -> staging.publish(false)).isInstanceOf(FileAlreadyExistsException.class);
            assertThatThrownBy(() -> staging.publish(true)).isInstanceOf(FileAlreadyExistsException.class);
            assertThat(staging.folder().resolve("disk")).exists();
            staging.remove();
        }
        assertThat(empty).isEmptyDirectory();
        assertThat(full.resolve("precious")).exists();
        assertThat(Lab.names(target)).containsExactly("dangling", "empty", "file", "full");
    }

    @Test
    void an_export_gives_way_to_the_next_when_asked() throws Exception {
        Path old = export("vm");
        StagingFolder staging = staged("vm");
        staging.publish(true);
        staging.remove();

        assertThat(Lab.names(old)).containsExactly("disk");
        assertThat(Lab.names(target)).containsExactly("vm");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_earlier_export_that_was_moved_aside_comes_back_unless_the_new_one_is_there(boolean published)
            throws Exception {
        StagingFolder staging = staged("vm");
        Files.move(export("vm"), target.resolve(".plugbay-" + job + ".old"));
        if (published) {
            staging.publish(false);
        }

        assertThat(StagingFolder.sweep(target, job, renames)).isTrue();

        assertThat(Lab.names(target)).containsExactly("vm");
        assertThat(Files.exists(target.resolve("vm/disk"))).isEqualTo(published);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_name_that_was_only_taken_when_the_host_died_is_given_back(boolean replacing) throws Exception {
        staged("vm");
        if (replacing) {
            Files.move(export("vm"), target.resolve(".plugbay-" + job + ".old"));
        }
        takeName("vm");

        assertThat(StagingFolder.sweep(target, job, renames)).isTrue();

        assertThat(Lab.names(target)).isEqualTo(replacing ? List.of("vm") : List.of());
        assertThat(Files.exists(target.resolve("vm/vm.json"))).isEqualTo(replacing);
    }

    @Test
    void an_empty_folder_of_somebody_elses_is_no_name_that_was_taken() throws Exception {
        staged("vm");
        Files.createDirectory(target.resolve("vm"));

        assertThat(StagingFolder.sweep(target, job, renames)).isTrue();

        assertThat(Lab.names(target)).containsExactly("vm");
    }

    @Test
    void a_name_that_cannot_be_given_back_keeps_nothing_else() throws Exception {
        staged("vm");
        takeName("vm");
        try (SmallDisk _ = SmallDisk.of(target.resolve("vm"), 1)) {
            assertThat(StagingFolder.sweep(target, job, renames)).isTrue();
            assertThat(Lab.names(target)).containsExactly("vm");
        }
    }

    @Test
    void a_marker_says_when_its_name_is_taken_with_an_empty_folder() throws Exception {
        StagingFolder staging = staged("vm");
        staging.publish(false);
        assertThat(Files.readAllLines(marker()).contains(StagingFolder.TAKEN)).isEqualTo(renames.takesNames());
    }

    /** What a rename begins with where the system has nothing better. */
    private void takeName(String name) throws IOException {
        Files.writeString(marker(), StagingFolder.TAKEN + "\n", StandardOpenOption.APPEND);
        Files.createDirectory(target.resolve(name));
    }

    private Path marker() {
        return target.resolve(".plugbay-" + job + ".job");
    }

    @Test
    void sweeping_follows_no_link_and_needs_a_whole_marker() throws Exception {
        Path away = Files.createDirectory(target.resolve("away"));
        Files.writeString(away.resolve("precious"), "mine");
        StagingFolder staging = staged("vm");
        Files.createSymbolicLink(staging.folder().resolve("link"), away);
        Path marker = target.resolve(".plugbay-" + job + ".job");
        String whole = Files.readString(marker);

        for (String broken : List.of("", whole.replace(job, "other"), whole.replace("vm", "../away"))) {
            Files.writeString(marker, broken);
            assertThat(StagingFolder.sweep(target, job, renames)).isFalse();
            assertThat(staging.folder().resolve("disk")).exists();
        }
        Files.writeString(marker, whole);
        assertThat(StagingFolder.sweep(target, job, renames)).isTrue();
        assertThat(Lab.names(target)).containsExactly("away");
        assertThat(away.resolve("precious")).exists();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1})
    void a_marker_that_was_only_begun_goes_because_nothing_else_was_begun(double part) throws Exception {
        StagingFolder staging = staged("");
        Path marker = target.resolve(".plugbay-" + job + ".job");
        String begun = Files.readString(marker).strip() + "\n";
        FileTrees.delete(staging.folder());
        Files.writeString(marker, begun.substring(0, (int) (begun.length() * part)));

        assertThat(StagingFolder.sweep(target, job, renames)).isTrue();

        assertThat(target).isEmptyDirectory();
    }

    private StagingFolder staged(String name) throws IOException {
        StagingFolder staging = StagingFolder.make(target, job, name, renames);
        Files.writeString(staging.folder().resolve("disk"), "new");
        return staging;
    }

    private Path export(String name) throws IOException {
        Path folder = Files.createDirectory(target.resolve(name));
        Files.writeString(folder.resolve("vm.json"), "{}");
        Files.writeString(folder.resolve("SHA256SUMS"), "");
        return folder;
    }
}
