package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders and tar archives that try to lead elsewhere, or to make the host wait. */
class FolderSafetyTest {
    @TempDir
    Path work;

    private StoreFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = StoreFixture.withOne(work);
    }

    @Test
    void a_huge_manifest_is_refused_before_it_is_read() throws IOException {
        byte[] huge = new byte[50 << 20];
        Arrays.fill(huge, (byte) ' ');
        fixture.refused(new Zips().with("manifest.json", "").bytes(), ErrorCode.INVALID_MANIFEST);
        Zips zip = new Zips();
        zip.add("manifest.json", huge);
        fixture.refused(zip.bytes(), ErrorCode.INVALID_MANIFEST);
        Zips jar = new Zips();
        jar.add(Staging.JAR_MANIFEST, huge);
        fixture.refused(jar.bytes(), ErrorCode.INVALID_MANIFEST);
        Path folder = Files.createDirectory(work.resolve("huge"));
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("manifest.json").toFile(), "rw")) {
            file.setLength(50 << 20);
        }
        assertThat(fixture.refused(folder).code()).isEqualTo(ErrorCode.INVALID_MANIFEST);
    }

    @Test
    void a_manifest_that_is_a_pipe_link_or_folder_is_refused_without_waiting() throws Exception {
        Path folder = Files.createDirectory(work.resolve("odd"));
        Path manifest = folder.resolve("manifest.json");
        mkfifo(manifest);
        assertThat(refusedSoon(folder).code()).isEqualTo(ErrorCode.UNSAFE_ARCHIVE);
        Files.delete(manifest);
        Files.createSymbolicLink(manifest, Files.writeString(work.resolve("m"), StoreFixture.manifest("a", "1.0.0")));
        assertThat(refusedSoon(folder).code()).isEqualTo(ErrorCode.UNSAFE_ARCHIVE);
        Files.delete(manifest);
        Files.createDirectory(manifest);
        assertThat(refusedSoon(folder).code()).isEqualTo(ErrorCode.UNSAFE_ARCHIVE);
    }

    @Test
    void links_and_pipes_anywhere_in_a_folder_are_refused() throws Exception {
        Path linked = fixture.folder("linked", StoreFixture.manifest("a", "1.0.0"));
        Files.createSymbolicLink(linked.resolve("lib/x.jar"), Path.of("/etc/passwd"));
        assertThat(refusedSoon(linked).code()).isEqualTo(ErrorCode.UNSAFE_ARCHIVE);
        Path piped = fixture.folder("piped", StoreFixture.manifest("a", "1.0.0"));
        mkfifo(piped.resolve("lib/x.jar"));
        assertThat(refusedSoon(piped).code()).isEqualTo(ErrorCode.UNSAFE_ARCHIVE);
        Path fifo = work.resolve("fifo.jar");
        mkfifo(fifo);
        assertThat(refusedSoon(fifo).code()).isEqualTo(ErrorCode.UNSAFE_ARCHIVE);
    }

    @Test
    void a_candidate_may_itself_be_a_link() throws IOException {
        Path folder = fixture.folder("real", StoreFixture.manifest("a", "1.0.0"));
        Path jar = fixture.file("real.jar", StoreFixture.jar("b", "1.0.0").bytes());
        assertThat(fixture.store
                        .ingest(Files.createSymbolicLink(work.resolve("l"), folder))
                        .manifest()
                        .id())
                .isEqualTo("a");
        assertThat(fixture.store
                        .ingest(Files.createSymbolicLink(work.resolve("l.jar"), jar))
                        .manifest()
                        .id())
                .isEqualTo("b");
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '6', '7', 'S', 'K', 'Z'})
    void tar_entries_that_are_neither_files_nor_folders_are_refused(char type) throws IOException {
        fixture.refused(
                StoreFixture.tar("a", "1.0.0")
                        .entry("odd", type, new byte[0], "target")
                        .gz(),
                ErrorCode.UNSAFE_ARCHIVE);
    }

    @Test
    void long_names_of_tar_are_read_and_checked() throws IOException {
        String name = "deep/".repeat(30) + "name.txt";
        Tars tar = StoreFixture.tar("a", "1.0.0")
                .pax("path", name)
                .file("short", "pax")
                .gnuLongName("g/" + name)
                .file("short", "gnu")
                .file("./dot/x", "dot");
        Artifact artifact = fixture.store.ingest(fixture.file("a.tgz", tar.gz()));
        assertThat(artifact.folder().resolve(name)).hasContent("pax");
        assertThat(artifact.folder().resolve("g/" + name)).hasContent("gnu");
        assertThat(artifact.folder().resolve("dot/x")).hasContent("dot");
        for (Tars evil : List.of(
                StoreFixture.tar("a", "1.0.0").pax("path", "../../evil").file("fine", "x"),
                StoreFixture.tar("a", "1.0.0").gnuLongName("../../evil").file("fine", "x"),
                StoreFixture.tar("a", "1.0.0").pax("linkpath", "/etc/passwd").file("fine", "x"),
                StoreFixture.tar("a", "1.0.0").pax("GNU.sparse.major", "1").file("fine", "x"),
                StoreFixture.tar("a", "1.0.0")
                        .entry("g", 'g', Tars.record("path", "evil"), "")
                        .file("fine", "x"),
                StoreFixture.tar("a", "1.0.0")
                        .entry("PaxHeaders", 'x', new byte[100_000], "")
                        .file("fine", "x"))) {
            fixture.refused(evil.gz(), ErrorCode.UNSAFE_ARCHIVE);
        }
        byte[] twice = Arrays.copyOf(tar.tar(), tar.tar().length + 512);
        twice[twice.length - 1] = 1;
        fixture.refused(Tars.gzip(twice), ErrorCode.UNSAFE_ARCHIVE);
    }

    private PlugbayException refusedSoon(Path candidate) {
        return assertTimeoutPreemptively(Duration.ofSeconds(10), () -> fixture.refused(candidate));
    }

    private static void mkfifo(Path path) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
    }
}
