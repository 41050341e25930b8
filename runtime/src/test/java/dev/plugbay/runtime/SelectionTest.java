package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private final List<Sighting> sightings = new ArrayList<>();
    private final List<Selection.Installed> installed = new ArrayList<>();
    private final List<Selection.Running> running = new ArrayList<>();
    private Optional<String> held = Optional.empty();

    @Test
    void the_highest_version_wins_wherever_it_lies() {
        stable("/home/a-1.10.0.jar", 0, "1.10.0", "x");
        stable("/path/a-1.9.0.jar", 1, "1.9.0", "y");
        assertThat(winner()).isEqualTo("/home/a-1.10.0.jar");
        assertThat(outcomes()).containsExactly("/home/a-1.10.0.jar WON", "/path/a-1.9.0.jar LOST");
    }

    @Test
    void between_equal_versions_the_more_specific_folder_wins_and_installed_ones_before_all() {
        stable("/home/a.jar", 0, "1.0.0", "x");
        stable("/path/a.jar", 1, "1.0.0", "y");
        assertThat(winner()).isEqualTo("/path/a.jar");
        installed.add(new Selection.Installed("a", Version.parse("1.0.0"), "z", Path.of("/store/z")));
        assertThat(winner()).isEqualTo("/store/z");
    }

    @Test
    void two_files_with_one_version_and_different_bytes_are_a_conflict_and_what_runs_goes_on() {
        stable("/p/a.jar", 0, "1.0.0", "x");
        stable("/p/b.jar", 0, "1.0.0", "y");
        assertThat(choice().pick()).isEmpty();
        assertThat(choice().problem().orElseThrow().code()).isEqualTo(ErrorCode.CONFLICT);
        assertThat(choice().problem().orElseThrow())
                .hasMessageContaining("/p/a.jar")
                .hasMessageContaining("/p/b.jar");
        assertThat(outcomes()).containsExactly("/p/a.jar REFUSED", "/p/b.jar REFUSED");
        running.add(new Selection.Running("a", Version.parse("1.0.0"), "y", Path.of("/p/b.jar")));
        assertThat(winner()).isEqualTo("/p/b.jar");
        assertThat(choice().pick().orElseThrow().keep()).isTrue();
        assertThat(outcomes()).containsExactly("/p/a.jar REFUSED", "/p/b.jar WON");
        stable("/p/c.jar", 0, "1.1.0", "z");
        assertThat(winner()).isEqualTo("/p/c.jar");
        assertThat(choice().problem()).isEmpty();
    }

    @Test
    void equal_bytes_in_two_files_are_no_conflict() {
        stable("/p/a.jar", 0, "1.0.0", "x");
        stable("/p/b.jar", 0, "1.0.0", "x");
        assertThat(winner()).isEqualTo("/p/a.jar");
        running.add(new Selection.Running("a", Version.parse("1.0.0"), "x", Path.of("/p/b.jar")));
        assertThat(winner()).isEqualTo("/p/b.jar");
        assertThat(choice().problem()).isEmpty();
    }

    @Test
    void a_broken_unstable_or_vanished_file_neither_stops_nor_downgrades_what_runs_from_it() {
        running.add(new Selection.Running("a", Version.parse("1.1.0"), "x", Path.of("/p/a.jar")));
        for (Sighting.State state : List.of(Sighting.State.UNSTABLE, Sighting.State.REFUSED, Sighting.State.VANISHED)) {
            sightings.clear();
            stable("/p/older.jar", 0, "1.0.0", "w");
            unusable("/p/a.jar", state);
            assertThat(choice().pick().orElseThrow()).satisfies(pick -> {
                assertThat(pick.keep()).isTrue();
                assertThat(pick.sha256()).isEqualTo("x");
            });
            assertThat(choice().candidates()).extracting(Candidate::id).containsOnly(Optional.of("a"));
        }
        sightings.clear();
        stable("/p/older.jar", 0, "1.0.0", "w");
        assertThat(winner()).isEqualTo("/p/older.jar");
        sightings.clear();
        assertThat(choice().pick()).isEmpty();
        assertThat(choice().problem()).isEmpty();
    }

    @Test
    void other_bytes_or_an_older_version_at_the_running_path_win() {
        running.add(new Selection.Running("a", Version.parse("1.1.0"), "x", Path.of("/p/a.jar")));
        stable("/p/a.jar", 0, "1.0.0", "y");
        assertThat(choice().pick().orElseThrow()).satisfies(pick -> {
            assertThat(pick.sha256()).isEqualTo("y");
            assertThat(pick.keep()).isFalse();
        });
    }

    @Test
    void a_newer_broken_file_beside_is_told_and_changes_nothing() {
        running.add(new Selection.Running("a", Version.parse("1.0.0"), "x", Path.of("/p/a.jar")));
        stable("/p/a.jar", 0, "1.0.0", "x");
        unusable("/p/unknown.jar", Sighting.State.REFUSED);
        assertThat(winner()).isEqualTo("/p/a.jar");
        assertThat(result().candidates())
                .extracting(c -> c.path() + " " + c.outcome())
                .containsExactly("/p/a.jar WON", "/p/unknown.jar REFUSED");
    }

    @Test
    void what_is_not_allowed_is_held_with_the_reason() {
        stable("/p/a.jar", 0, "1.0.0", "x");
        held = Globs.held("a", List.of("b*"), List.of());
        assertThat(choice().held()).contains("plugins.allow does not name it");
        assertThat(outcomes()).containsExactly("/p/a.jar HELD");
        assertThat(Globs.held("a.b", List.of("a.*"), List.of())).isEmpty();
        assertThat(Globs.held("a.b", List.of(), List.of("?.b"))).isPresent();
        assertThat(Globs.held("axb", List.of("a.b"), List.of())).isPresent();
    }

    private void stable(String path, int rank, String version, String sha) {
        sightings.add(new Sighting(
                Path.of(path),
                new PluginFolder(Path.of("/folder"), "path"),
                rank,
                Sighting.State.STABLE,
                Optional.of("a"),
                Optional.of(Version.parse(version)),
                Optional.of(sha),
                Optional.empty(),
                Optional.empty()));
    }

    private void unusable(String path, Sighting.State state) {
        sightings.add(new Sighting(
                Path.of(path),
                new PluginFolder(Path.of("/folder"), "path"),
                0,
                state,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                state == Sighting.State.REFUSED
                        ? Optional.of(new PlugbayException(ErrorCode.ARTIFACT_CORRUPT, "broken"))
                        : Optional.empty(),
                Optional.empty()));
    }

    private Selection.Result result() {
        return Selection.select(sightings, installed, running, id -> held);
    }

    private Selection.Choice choice() {
        return Objects.requireNonNull(result().choices().get("a"));
    }

    private String winner() {
        return choice().pick().orElseThrow().path().toString();
    }

    private List<String> outcomes() {
        return choice().candidates().stream()
                .map(c -> c.path() + " " + c.outcome())
                .sorted()
                .toList();
    }
}
