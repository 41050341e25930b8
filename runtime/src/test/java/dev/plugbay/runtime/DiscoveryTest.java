package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoveryTest {
    private static final Duration SETTLE = Duration.ofMillis(500);

    @TempDir
    Path folder;

    private Instant now = Instant.now();
    private final Discovery discovery = new Discovery(() -> now);
    private Path jar;

    @BeforeEach
    void file() throws IOException {
        jar = Files.write(
                folder.resolve("a.jar"), StoreFixture.jar("a", "1.0.0").bytes());
        Files.setLastModifiedTime(jar, FileTime.from(now));
    }

    @Test
    void a_fresh_file_is_looked_into_only_after_the_settle_time() throws IOException {
        Sighting fresh = look();
        assertThat(fresh.state()).isEqualTo(Sighting.State.UNSTABLE);
        assertThat(fresh.lookAgain()).contains(now.plus(SETTLE));
        after(499);
        assertThat(look().state()).isEqualTo(Sighting.State.UNSTABLE);
        after(1);
        Sighting stable = look();
        assertThat(stable.state()).isEqualTo(Sighting.State.STABLE);
        assertThat(stable.id()).contains("a");
        assertThat(stable.version()).contains(Version.of(1, 0, 0));
        assertThat(stable.sha256()).contains(Hashes.of(jar));
    }

    @Test
    void an_old_file_is_stable_at_once_and_one_from_the_future_is_not() throws IOException {
        Files.setLastModifiedTime(jar, FileTime.from(now.minusSeconds(60)));
        assertThat(look().state()).isEqualTo(Sighting.State.STABLE);
        Path future = Files.write(
                folder.resolve("b.jar"), StoreFixture.jar("b", "1.0.0").bytes());
        Files.setLastModifiedTime(future, FileTime.from(now.plusSeconds(3600)));
        assertThat(scan().getLast().state()).isEqualTo(Sighting.State.UNSTABLE);
        after(500);
        assertThat(scan().getLast().state()).isEqualTo(Sighting.State.STABLE);
    }

    @Test
    void each_write_begins_the_wait_anew() throws IOException {
        look();
        for (int i = 0; i < 5; i++) {
            after(400);
            Files.write(jar, new byte[] {(byte) i}, StandardOpenOption.APPEND);
            assertThat(look().state()).isEqualTo(Sighting.State.UNSTABLE);
        }
        after(500);
        assertThat(look().state()).isEqualTo(Sighting.State.REFUSED);
        Files.write(jar, StoreFixture.jar("a", "1.1.0").bytes());
        look();
        after(500);
        assertThat(look().version()).contains(Version.of(1, 1, 0));
    }

    @Test
    void a_removal_counts_after_the_settle_time_so_delete_and_create_is_one_change() throws IOException {
        look();
        after(500);
        assertThat(look().state()).isEqualTo(Sighting.State.STABLE);
        Files.delete(jar);
        assertThat(look().state()).isEqualTo(Sighting.State.VANISHED);
        after(300);
        Files.write(jar, StoreFixture.jar("a", "1.1.0").bytes());
        assertThat(look().state()).isEqualTo(Sighting.State.UNSTABLE);
        after(500);
        assertThat(look().version()).contains(Version.of(1, 1, 0));
        Files.delete(jar);
        assertThat(look().state()).isEqualTo(Sighting.State.VANISHED);
        after(500);
        assertThat(scan()).isEmpty();
    }

    @Test
    void folders_archives_and_things_that_are_no_plugins_are_told_apart() throws IOException {
        Files.delete(jar);
        Files.write(folder.resolve("b.tar.gz"), StoreFixture.tar("b", "2.0.0").gz());
        Files.write(folder.resolve("c.zip"), StoreFixture.zip("c", "3.0.0").bytes());
        Path d = Files.createDirectories(folder.resolve("d"));
        Files.writeString(d.resolve("manifest.json"), StoreFixture.manifest("d", "4.0.0"));
        Files.createDirectory(folder.resolve("not-a-plugin"));
        Files.writeString(folder.resolve("readme.txt"), "x");
        Files.writeString(folder.resolve(".hidden.jar"), "x");
        Files.write(folder.resolve("library.jar"), StoreFixture.library());
        Files.writeString(folder.resolve("text.zip"), "x");
        scan();
        after(500);
        assertThat(scan())
                .extracting(s -> s.path().getFileName() + " " + s.state() + " " + s.id().orElse("-"))
                .containsExactly(
                        "b.tar.gz STABLE b",
                        "c.zip STABLE c",
                        "d STABLE d",
                        "library.jar SKIPPED -",
                        "text.zip REFUSED -");
    }

    @Test
    void a_change_deep_in_a_plugin_folder_is_noticed() throws IOException {
        Files.delete(jar);
        Path d = folder.resolve("d");
        Files.createDirectories(d.resolve("lib"));
        Files.writeString(d.resolve("manifest.json"), StoreFixture.manifest("d", "4.0.0"));
        scan();
        after(500);
        String before = look().sha256().orElseThrow();
        Files.writeString(d.resolve("lib/x"), "1");
        assertThat(look().state()).isEqualTo(Sighting.State.UNSTABLE);
        after(500);
        assertThat(look().sha256().orElseThrow()).isNotEqualTo(before);
    }

    @Test
    void what_was_refused_later_stays_refused_until_the_file_changes() throws IOException {
        look();
        after(500);
        Sighting stable = look();
        discovery.refuse(stable, new PlugbayException(ErrorCode.UNSAFE_ARCHIVE, "no"));
        assertThat(look().state()).isEqualTo(Sighting.State.REFUSED);
        assertThat(look().id()).contains("a");
        Files.write(jar, StoreFixture.jar("a", "1.1.0").bytes());
        look();
        after(500);
        assertThat(look().state()).isEqualTo(Sighting.State.STABLE);
    }

    @Test
    void a_folder_named_twice_counts_where_it_is_most_specific() {
        List<PluginFolder> twice = List.of(new PluginFolder(folder, "home"), new PluginFolder(folder, "path"));
        discovery.scan(twice, SETTLE);
        after(500);
        assertThat(discovery.scan(twice, SETTLE)).singleElement().satisfies(s -> {
            assertThat(s.state()).isEqualTo(Sighting.State.STABLE);
            assertThat(s.rank()).isEqualTo(1);
        });
    }

    @Test
    void a_folder_that_does_not_exist_is_empty() {
        assertThat(discovery.scan(List.of(new PluginFolder(folder.resolve("absent"), "path")), SETTLE))
                .isEmpty();
    }

    private void after(long millis) {
        now = now.plusMillis(millis);
    }

    private List<Sighting> scan() {
        return discovery.scan(List.of(new PluginFolder(folder, "path")), SETTLE);
    }

    private Sighting look() {
        List<Sighting> all = scan();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }
}
