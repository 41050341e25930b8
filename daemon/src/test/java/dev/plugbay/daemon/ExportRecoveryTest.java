package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next start makes of an export whose host died at a certain point. */
class ExportRecoveryTest {
    @TempDir
    Path folder;

    @Test
    void an_export_that_was_shown_but_not_yet_recorded_has_succeeded() throws Exception {
        Job job;
        Map<String, Object> result;
        try (Lab lab = Lab.open(folder)) {
            result = result(lab);
            job = committed(lab, result);
        }
        try (Lab lab = Lab.open(folder)) {
            Job shown = lab.jobs.get(job.id());
            assertThat(shown.state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(shown.progress()).isEqualTo(100);
            assertThat(shown.result().orElseThrow().get("folder")).isEqualTo(result.get("folder"));
            assertThat(lab.left()).containsExactly("good");
            assertThat(lab.store.staged()).isEmpty();
        }
    }

    @Test
    void an_export_that_was_not_yet_shown_is_interrupted_though_its_result_was_stored() throws Exception {
        Job job;
        try (Lab lab = Lab.open(folder)) {
            Map<String, Object> result = result(lab);
            job = committed(lab, result);
            FileTrees.delete(lab.target.resolve("good"));
        }
        try (Lab lab = Lab.open(folder)) {
            Job shown = lab.jobs.get(job.id());
            assertThat(shown.state()).isEqualTo(JobState.INTERRUPTED);
            assertThat(shown.result()).isEmpty();
            assertThat(lab.left()).isEmpty();
        }
    }

    @Test
    void what_another_export_shows_under_the_name_is_not_taken_for_this_ones_result() throws Exception {
        Job job;
        try (Lab lab = Lab.open(folder)) {
            job = committed(lab, result(lab));
            Path sums = lab.target.resolve("good/SHA256SUMS");
            Files.writeString(sums, Files.readString(sums).replace('a', 'b'));
        }
        try (Lab lab = Lab.open(folder)) {
            assertThat(lab.jobs.get(job.id()).state()).isEqualTo(JobState.INTERRUPTED);
            assertThat(lab.left()).containsExactly("good");
        }
    }

    @Test
    void what_lies_on_a_disk_that_is_away_is_removed_when_the_disk_is_back() throws Exception {
        Job job;
        Path elsewhere = folder.resolve("elsewhere");
        try (SmallDisk disk = SmallDisk.of(folder.resolve("out"), 8)) {
            try (Lab lab = Lab.open(folder)) {
                job = begun(lab);
            }
            disk.move(elsewhere);
            for (int start = 0; start < 2; start++) {
                try (Lab lab = Lab.open(folder)) {
                    Job shown = lab.jobs.get(job.id());
                    assertThat(shown.state()).isEqualTo(JobState.INTERRUPTED);
                    assertThat(String.valueOf(shown.problem().orElseThrow().get("detail")))
                            .contains(lab.target.toString(), "not there");
                    assertThat(lab.store.staged())
                            .extracting(left -> left.job().id())
                            .containsExactly(job.id());
                }
            }
            assertThat(Lab.names(elsewhere)).hasSize(2);
            disk.move(folder.resolve("out"));
            try (Lab lab = Lab.open(folder)) {
                assertThat(lab.left()).isEmpty();
                assertThat(lab.store.staged()).isEmpty();
            }
        }
    }

    /** As on a share whose server is gone: whoever opens the sums waits for ever. */
    @Test
    void targets_that_hang_keep_the_start_waiting_once_for_all_of_them_and_no_other_target() throws Exception {
        Job whole;
        List<Job> hung = new ArrayList<>();
        List<Path> pipes = new ArrayList<>();
        try (Lab lab = Lab.open(folder)) {
            for (int i = 0; i < 20; i++) {
                Path target = Files.createDirectory(folder.resolve("hung" + i));
                Path result = Files.createDirectory(target.resolve("good"));
                Path pipe = result.resolve("SHA256SUMS");
                assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                        .isZero();
                pipes.add(pipe);
                Job job = begun(lab, target);
                lab.store.update(job.committed(Map.of("folder", result.toString())));
                hung.add(job);
            }
            whole = committed(lab, result(lab));
            ExportRecovery recovery = new ExportRecovery(lab.store, AtomicRename.ofSystem(), Duration.ofSeconds(5));
            Map<String, ExportRecovery.Found> found =
                    assertTimeoutPreemptively(Duration.ofSeconds(60), () -> recovery.look(lab.store.unfinished()));
            assertThat(found).containsEntry(whole.id(), ExportRecovery.Found.RESULT);
            hung.forEach(job -> assertThat(found).containsEntry(job.id(), ExportRecovery.Found.AWAY));
            for (Path pipe : pipes) {
                Files.writeString(pipe, ""); // whoever waits goes on
            }
        }
    }

    @Test
    void a_target_takes_no_export_before_it_is_swept() throws Exception {
        try (Lab lab = Lab.open(folder)) {
            Job job = interrupted(lab, lab.target);
            lab.recovery = new ExportRecovery(lab.store, AtomicRename.ofSystem(), Duration.ofMillis(200));
            try (HeldFile _ = HeldFile.of(lab.target.resolve(".plugbay-" + job.id() + ".job"))) {
                lab.recovery.sweep();
                assertThatThrownBy(() -> lab.export("good"))
                        .isInstanceOfSatisfying(
                                PlugbayException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
                        .hasMessageContaining(lab.target.toString());
            }
            await().until(() -> !lab.recovery.isSweeping(lab.target));
            lab.succeeded(lab.export("good"));
            assertThat(lab.left()).containsExactly("good");
        }
    }

    @Test
    void a_target_that_hangs_at_the_look_does_not_use_up_the_time_of_the_removals() throws Exception {
        try (Lab lab = Lab.open(folder)) {
            Path hung = Files.createDirectory(folder.resolve("hung"));
            Path result = Files.createDirectory(hung.resolve("good"));
            Files.writeString(result.resolve("SHA256SUMS"), "");
            Job job = begun(lab, hung);
            lab.store.update(job.committed(Map.of("folder", result.toString())));
            for (int i = 0; i < 10; i++) {
                interrupted(lab, lab.target);
            }
            ExportRecovery recovery = new ExportRecovery(lab.store, AtomicRename.ofSystem(), Duration.ofSeconds(5));
            try (HeldFile _ = HeldFile.of(result.resolve("SHA256SUMS"))) {
                assertThat(recovery.look(lab.store.unfinished())).containsEntry(job.id(), ExportRecovery.Found.AWAY);
                recovery.sweep();
                assertThat(lab.left()).isEmpty();
            }
        }
    }

    /** One that left something in its target. */
    private static Job interrupted(Lab lab, Path target) throws Exception {
        Job job = begun(lab, target);
        lab.store.update(job.ended(JobState.INTERRUPTED, Instant.now(), Optional.empty(), Optional.empty()));
        return job;
    }

    /** The result of an export that went well. */
    private static Map<String, Object> result(Lab lab) {
        return lab.succeeded(lab.export("good")).result().orElseThrow();
    }

    /** A job that is half done. */
    private static Job begun(Lab lab) throws Exception {
        return begun(lab, lab.target);
    }

    private static Job begun(Lab lab, Path target) throws Exception {
        Job job = Job.queued(
                new JobIds(Clock.systemUTC()).next(), "export", "lab", "good", target.toString(), Instant.now());
        lab.store.insert(job, TargetDisk.of(target));
        lab.store.update(job.started(Instant.now()));
        StagingFolder staging = StagingFolder.make(target, job.id(), "good", AtomicRename.ofSystem());
        Files.writeString(staging.folder().resolve("disk0.raw"), "half");
        return job;
    }

    /** A job that stored its result and renamed its folder, if that is still there, and got no further. */
    private static Job committed(Lab lab, Map<String, Object> result) throws Exception {
        Job job = begun(lab).started(Instant.now());
        lab.store.update(job.committed(result));
        FileTrees.delete(lab.target.resolve(".plugbay-" + job.id()));
        return job;
    }
}
