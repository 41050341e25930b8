package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.Progress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsTest {
    @TempDir
    private Path folder;

    @Test
    void more_jobs_than_may_run_wait_in_their_order_and_can_be_cancelled_while_they_wait() throws Exception {
        try (Lab lab = Lab.open(folder, 1)) {
            Job first = lab.export("slow");
            lab.running(first);
            Job second = lab.export("good");
            Job third = lab.export("litter");
            assertThat(lab.jobs.get(second.id()).state()).isEqualTo(JobState.QUEUED);

            assertThat(lab.jobs.cancel(second.id(), Duration.ofSeconds(10)).state())
                    .isEqualTo(JobState.CANCELLED);
            Job again = lab.export("good");
            assertThat(lab.jobs
                            .list(Set.of(JobState.QUEUED), 10, Optional.empty())
                            .items())
                    .extracting(Job::id)
                    .containsExactly(again.id(), third.id());

            Files.createFile(lab.target.resolve("go"));
            lab.succeeded(again);
            assertThat(lab.left()).containsExactly("go", "good", "litter", "slow");
            assertThat(lab.succeeded(third).startedAt().orElseThrow())
                    .isBeforeOrEqualTo(lab.succeeded(again).startedAt().orElseThrow());
            assertThat(lab.jobs.get(second.id()).startedAt()).isEmpty();
        }
    }

    @Test
    void the_end_of_the_host_interrupts_its_jobs_and_leaves_nothing() {
        Job running;
        Job queued;
        try (Lab lab = Lab.open(folder, 1)) {
            running = lab.export("slow");
            lab.running(running);
            queued = lab.export("good");
        }
        try (Lab lab = Lab.open(folder)) {
            for (Job job : List.of(running, queued)) {
                Job shown = lab.jobs.get(job.id());
                assertThat(shown.state()).isEqualTo(JobState.INTERRUPTED);
                assertThat(shown.problem().orElseThrow()).containsEntry("code", "Interrupted");
            }
            assertThat(lab.left()).isEmpty();
            assertThat(lab.store.staged()).isEmpty();
        }
    }

    @Test
    void a_host_that_died_leaves_jobs_that_the_next_one_calls_interrupted_and_sweeps() throws Exception {
        Job job;
        try (Lab lab = Lab.open(folder)) {
            job = died(lab);
        }
        try (Lab lab = Lab.open(folder)) {
            assertThat(lab.jobs.get(job.id()).state()).isEqualTo(JobState.INTERRUPTED);
            assertThat(lab.left()).isEmpty();
            assertThat(lab.store.staged()).isEmpty();
        }
    }

    @Test
    void what_only_looks_like_a_staging_folder_is_not_swept() throws Exception {
        Job job;
        Path precious;
        try (Lab lab = Lab.open(folder)) {
            job = died(lab);
            Files.delete(lab.target.resolve(".plugbay-" + job.id() + ".job"));
            precious = Files.writeString(lab.target.resolve(".plugbay-" + job.id() + "/precious"), "mine");
        }
        try (Lab lab = Lab.open(folder)) {
            assertThat(lab.jobs.get(job.id()).state()).isEqualTo(JobState.INTERRUPTED);
            assertThat(precious).exists();
            assertThat(lab.store.staged()).extracting(left -> left.job().id()).containsExactly(job.id());
        }
    }

    /** Puts things as they are when a host dies in the middle of an export. */
    private static Job died(Lab lab) throws Exception {
        Job job = Job.queued(
                new JobIds(Clock.systemUTC()).next(), "export", "lab", "good", lab.target.toString(), Instant.now());
        lab.store.insert(job, TargetDisk.of(lab.target));
        lab.store.update(job.started(Instant.now()));
        StagingFolder staging = StagingFolder.make(lab.target, job.id(), "good", AtomicRename.ofSystem());
        Files.writeString(staging.folder().resolve("disk0.raw"), "half");
        return job;
    }

    @Test
    void a_result_is_the_same_while_its_job_is_still_at_hand_and_when_it_comes_from_the_store() {
        try (Lab lab = Lab.open(folder)) {
            String id = new JobIds(Clock.systemUTC()).next();
            Job job = Job.queued(id, "export", "lab", "good", lab.target.toString(), Instant.now());
            lab.store.insert(job, TargetDisk.of(lab.target));
            JobPlan plan = new JobPlan(id, "export", "lab", "good", job.target(), control -> Map.of(), () -> {});
            ActiveJob active = new ActiveJob(plan, job, lab.store, event -> {}, lab.json, Clock.systemUTC());
            active.start();
            active.succeed(Map.of("logicalSize", 1048576L, "files", List.of(Map.of("bytes", 5_000_000_000L))));
            assertThat(active.view()).isEqualTo(lab.store.find(id).orElseThrow());
        }
    }

    @Test
    void jobs_are_listed_newest_first_page_by_page() {
        try (Lab lab = Lab.open(folder)) {
            List<String> ids = new ArrayList<>();
            for (String vm : List.of("good", "litter", "boom", "size", "twice")) {
                ids.addFirst(lab.ended(lab.export(vm)).id());
            }
            List<String> seen = new ArrayList<>();
            Optional<Long> before = Optional.empty();
            do {
                Listing<Job> page = lab.jobs.list(Set.of(), 2, before);
                page.items().forEach(job -> seen.add(job.id()));
                before = page.next()
                        .map(cursor -> Long.parseLong(
                                new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8)));
            } while (before.isPresent());
            assertThat(seen).isEqualTo(ids);
            assertThat(lab.jobs
                            .list(Set.of(JobState.FAILED), 10, Optional.empty())
                            .items())
                    .extracting(Job::vm)
                    .containsExactly("twice", "size", "boom");
        }
    }

    @Test
    void only_the_newest_jobs_are_kept() {
        try (Lab lab = Lab.open(folder)) {
            for (int i = 0; i < 5; i++) {
                lab.ended(lab.export("boom"));
            }
            lab.store.prune(2);
            assertThat(lab.jobs.list(Set.of(), 10, Optional.empty()).items()).hasSize(2);
        }
    }

    @Test
    void a_host_that_is_stopping_takes_no_jobs_and_a_job_that_has_ended_cannot_be_cancelled() {
        Lab lab = Lab.open(folder);
        try (lab) {
            Job job = lab.succeeded(lab.export("good"));
            assertThatThrownBy(() -> lab.jobs.cancel(job.id(), Duration.ZERO))
                    .isInstanceOf(PlugbayException.class)
                    .hasMessageContaining("SUCCEEDED");
            lab.jobs.close();
            assertThatThrownBy(() -> lab.export("litter")).hasMessageContaining("stopping");
        }
    }

    @Test
    void progress_never_goes_back() {
        Job job = Job.queued("id", "export", "lab", "vm", "/out", Instant.EPOCH)
                .at(Progress.bytes("copying", 60, 100))
                .at(Progress.bytes("copying", 40, 100));

        assertThat(job.progress()).isEqualTo(60);
        assertThat(job.bytes()).isEqualTo(60);
    }
}
