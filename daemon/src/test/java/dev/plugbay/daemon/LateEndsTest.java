package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that end while another program holds the database. */
class LateEndsTest {
    @TempDir
    private Path folder;

    private Connection lock(Lab lab) throws Exception {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + lab.home.resolve("plugbay.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 30000");
            statement.execute("BEGIN IMMEDIATE");
        }
        return connection;
    }

    /** A job that ended while the database was held, as it then says. */
    private static Job endedMeanwhile(Lab lab, Job job) throws Exception {
        Files.createFile(lab.target.resolve("go"));
        Job ended = lab.ended(job);
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.problem().orElseThrow()).containsEntry("code", "Unavailable");
        assertThat(lab.store.find(job.id()).orElseThrow().state()).isEqualTo(JobState.RUNNING);
        return ended;
    }

    @Test
    void an_end_that_cannot_be_stored_is_shown_at_once_and_stored_as_soon_as_it_can_be() throws Exception {
        try (Lab lab = Lab.impatient(folder)) {
            Job job = lab.export("slow");
            lab.running(job);
            Job ended;
            try (Connection _ = lock(lab)) {
                ended = endedMeanwhile(lab, job);
                assertThat(lab.jobs.list(Set.of(), 10, Optional.empty()).items())
                        .containsExactly(ended);
                assertThat(lab.jobs
                                .list(Set.of(JobState.FAILED), 10, Optional.empty())
                                .items())
                        .containsExactly(ended);
                assertThat(lab.jobs
                                .list(Set.of(JobState.RUNNING), 10, Optional.empty())
                                .items())
                        .isEmpty();
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> lab.store.find(job.id()).orElseThrow().state().ended());
            assertThat(lab.store.find(job.id())).contains(ended);
            assertThat(lab.jobs.get(job.id())).isEqualTo(ended);
        }
    }

    @Test
    void a_host_that_stops_stores_the_ends_that_it_still_owes() throws Exception {
        Job ended;
        try (Lab lab = Lab.impatient(folder)) {
            Job job = lab.export("slow");
            lab.running(job);
            try (Connection _ = lock(lab)) {
                ended = endedMeanwhile(lab, job);
            }
        }
        try (Lab lab = Lab.open(folder)) {
            assertThat(lab.jobs.get(ended.id())).isEqualTo(ended);
        }
    }
}
