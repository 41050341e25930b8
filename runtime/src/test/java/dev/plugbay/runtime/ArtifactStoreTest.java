package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {
    @TempDir
    Path work;

    private StoreFixture fixture;
    private ArtifactStore store;

    @BeforeEach
    void open() throws IOException {
        fixture = new StoreFixture(work);
        store = fixture.store;
    }

    @Test
    void a_jar_is_stored_under_the_hash_of_its_bytes() throws IOException {
        Path jar = fixture.file("a.jar", StoreFixture.jar("a", "1.0.0").bytes());
        Artifact artifact = store.ingest(jar);
        assertThat(artifact.sha256()).isEqualTo(Hashes.of(jar));
        assertThat(artifact.manifest().id()).isEqualTo("a");
        assertThat(artifact.classpath()).containsExactly(artifact.folder().resolve("plugin.jar"));
        assertThat(artifact.classpath().getFirst()).hasSameBinaryContentAs(jar);
        assertThat(Files.getPosixFilePermissions(artifact.classpath().getFirst()))
                .isEqualTo(PosixFilePermissions.fromString("r--r--r--"));
        Files.delete(jar);
        assertThat(store.open(artifact.sha256())).contains(artifact);
    }

    @Test
    void zip_tar_and_folder_are_unpacked_with_the_jars_that_the_manifest_names() throws IOException {
        Path zip = fixture.file(
                "a.zip",
                StoreFixture.zip("a", "1.0.0").with("data/x/y.txt", "hello").bytes());
        Path tar = fixture.file(
                "b.tar.gz",
                StoreFixture.tar("b", "1.0.0").file("data/x/y.txt", "hello").gz());
        Path folder = fixture.folder("c", StoreFixture.manifest("c", "1.0.0"));
        Files.createDirectories(folder.resolve("data/x"));
        Files.writeString(folder.resolve("data/x/y.txt"), "hello");
        for (Path candidate : List.of(zip, tar, folder)) {
            Artifact artifact = store.ingest(candidate);
            assertThat(artifact.classpath()).containsExactly(artifact.folder().resolve("lib/main.jar"));
            assertThat(artifact.folder().resolve("data/x/y.txt")).hasContent("hello");
            assertThat(store.open(artifact.sha256())).contains(artifact);
        }
        assertThat(store.ingest(zip).sha256()).isEqualTo(Hashes.of(zip));
    }

    @Test
    void a_folders_hash_depends_on_its_content_only() throws IOException {
        String first = store.ingest(fixture.folder("c", StoreFixture.manifest("c", "1.0.0")))
                .sha256();
        Path other = fixture.folder("d", StoreFixture.manifest("c", "1.0.0"));
        assertThat(store.ingest(other).sha256()).isEqualTo(first);
        Files.writeString(other.resolve("lib/note.txt"), "x");
        assertThat(store.ingest(other).sha256()).isNotEqualTo(first);
    }

    @Test
    void the_same_bytes_are_stored_once_by_many_at_once() throws Exception {
        Path jar = fixture.file("a.jar", StoreFixture.jar("a", "1.0.0").bytes());
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Callable<String>> tasks = IntStream.range(0, 32)
                    .<Callable<String>>mapToObj(i -> () -> store.ingest(jar).sha256())
                    .toList();
            for (var result : threads.invokeAll(tasks)) {
                assertThat(result.get()).isEqualTo(Hashes.of(jar));
            }
        }
        try (var stored = Files.list(fixture.home.resolve("artifacts"))) {
            assertThat(stored).hasSize(1);
        }
    }

    @Test
    void a_damaged_artifact_is_not_opened_and_is_mended_by_the_next_ingest() throws IOException {
        for (byte[] bytes : List.of(
                StoreFixture.jar("a", "1.0.0").bytes(),
                StoreFixture.zip("b", "1.0.0").bytes())) {
            Path file = fixture.file("candidate", bytes);
            Artifact artifact = store.ingest(file);
            Path stored = artifact.classpath().getFirst();
            Files.setPosixFilePermissions(stored, PosixFilePermissions.fromString("rw-r--r--"));
            byte[] damaged = Files.readAllBytes(stored);
            damaged[damaged.length / 2] ^= 1;
            Files.write(stored, damaged);
            assertThatThrownBy(() -> store.open(artifact.sha256()))
                    .isInstanceOfSatisfying(
                            PlugbayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ARTIFACT_CORRUPT));
            assertThat(store.ingest(file)).isEqualTo(artifact);
            assertThat(store.open(artifact.sha256())).contains(artifact);
        }
    }

    @Test
    void a_file_added_to_or_missing_from_a_stored_artifact_is_noticed() throws IOException {
        Artifact artifact = store.ingest(
                fixture.file("a.zip", StoreFixture.zip("a", "1.0.0").bytes()));
        Path lib = artifact.folder().resolve("lib");
        Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.write(lib.resolve("evil.jar"), new byte[] {1});
        assertThatThrownBy(() -> store.open(artifact.sha256())).isInstanceOf(PlugbayException.class);
        Files.delete(lib.resolve("evil.jar"));
        assertThat(store.open(artifact.sha256())).isPresent();
        Files.delete(lib.resolve("main.jar"));
        assertThatThrownBy(() -> store.open(artifact.sha256())).isInstanceOf(PlugbayException.class);
    }

    @Test
    void sweep_and_delete_leave_what_is_kept() throws IOException {
        Artifact a = store.ingest(
                fixture.file("a.jar", StoreFixture.jar("a", "1.0.0").bytes()));
        Artifact b = store.ingest(
                fixture.file("b.jar", StoreFixture.jar("b", "1.0.0").bytes()));
        Artifact c = store.ingest(
                fixture.file("c.jar", StoreFixture.jar("c", "1.0.0").bytes()));
        Files.createDirectory(fixture.home.resolve("artifacts/.staging-left"));
        store.delete(c.sha256());
        store.delete(c.sha256());
        store.sweep(Set.of(a.sha256()));
        try (var stored = Files.list(fixture.home.resolve("artifacts"))) {
            assertThat(stored).containsExactly(fixture.home.resolve("artifacts").resolve(a.sha256()));
        }
        assertThat(store.open(a.sha256())).contains(a);
        assertThat(store.open(b.sha256())).isEmpty();
    }

    @Test
    void newer_class_files_are_refused_with_both_numbers_but_not_those_for_newer_javas() throws IOException {
        int here = Runtime.version().feature();
        Zips newer = StoreFixture.jar("a", "1.0.0");
        newer.add("acme/New.class", StoreFixture.classFile(here + 45));
        assertThat(fixture.refused(newer.bytes(), ErrorCode.INCOMPATIBLE_API))
                .hasMessageContaining("Java " + (here + 1))
                .hasMessageContaining("Java " + here);
        Zips multi = StoreFixture.jar("a", "1.0.0");
        multi.add("META-INF/versions/" + (here + 1) + "/acme/New.class", StoreFixture.classFile(here + 45));
        assertThat(store.ingest(fixture.file("multi.jar", multi.bytes()))).isNotNull();
    }

    @Test
    void a_plugin_that_brings_the_hosts_own_api_is_refused() throws IOException {
        Zips zip = StoreFixture.jar("a", "1.0.0");
        zip.add("dev/plugbay/api/Plugin.class", StoreFixture.classFile(61));
        assertThat(fixture.refused(zip.bytes(), ErrorCode.INCOMPATIBLE_API))
                .hasMessageContaining("dev.plugbay.api.Plugin")
                .satisfies(e -> assertThat(e.remedy().orElseThrow()).contains("provided"));
        Zips slf4j = StoreFixture.jar("a", "1.0.0");
        slf4j.add("org/slf4j/LoggerFactory.class", StoreFixture.classFile(61));
        assertThat(store.ingest(fixture.file("slf4j.jar", slf4j.bytes()))).isNotNull();
    }

    @Test
    void a_classpath_that_names_nothing_is_refused() throws IOException {
        byte[] zip = new Zips()
                .with("manifest.json", StoreFixture.manifest("a", "1.0.0"))
                .bytes();
        assertThat(fixture.refused(zip, ErrorCode.INVALID_MANIFEST).pointer()).contains("/runtime/classpath/0");
    }
}
