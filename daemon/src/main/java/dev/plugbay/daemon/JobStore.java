package dev.plugbay.daemon;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Jobs in the database. A change is durable when a method returns. */
final class JobStore {
    private final Database database;
    private final Jdbi jdbi;
    private final Json json;

    JobStore(Database database, Json json) {
        this.database = database;
        this.jdbi = database.jdbi();
        this.json = json;
    }

    /**
     * Keeps a new job, which may have something staged in its target from now on.
     *
     * @param disk the file system that the target lies on
     */
    void insert(Job job, Optional<String> disk) {
        database.write(handle -> bind(handle.createUpdate("""
                        INSERT INTO jobs (id, kind, state, provider, vm, target, phase, progress, bytes, bytes_total,
                            created_at, started_at, finished_at, result, problem, staged, disk)
                        VALUES (:id, :kind, :state, :provider, :vm, :target, :phase, :progress, :bytes, :bytesTotal,
                            :createdAt, :startedAt, :finishedAt, :result, :problem, 1, :disk)"""), job)
                .bind("disk", disk.orElse(null))
                .execute());
    }

    /** Keeps a job as it now is, unless it had already ended. */
    void update(Job job) {
        database.write(handle -> bind(handle.createUpdate("""
                        UPDATE jobs SET state = :state, phase = :phase, progress = :progress, bytes = :bytes, bytes_total = :bytesTotal,
                            started_at = :startedAt, finished_at = :finishedAt, result = :result, problem = :problem
                        WHERE id = :id AND state IN ('QUEUED', 'RUNNING')"""), job).execute());
    }

    /** Nothing of this job is staged any more. */
    void cleared(String id) {
        database.write(handle -> handle.createUpdate("UPDATE jobs SET staged = 0 WHERE id = :id")
                .bind("id", id)
                .execute());
    }

    /** A job. */
    Optional<Job> find(String id) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM jobs WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> job(row))
                .findOne());
    }

    /**
     * Jobs in any of these states, or all, newest first, older than {@code before}.
     *
     * @param also the ids of jobs that are wanted in whatever state they are stored
     */
    List<Row> list(Set<JobState> states, Set<String> also, int limit, long before) {
        String among = states.isEmpty()
                ? ""
                : also.isEmpty() ? " AND state IN (<states>)" : " AND (state IN (<states>) OR id IN (<also>))";
        return jdbi.withHandle(handle -> {
            var query = handle.createQuery(
                            "SELECT * FROM jobs WHERE seq < :before" + among + " ORDER BY seq DESC LIMIT :limit")
                    .bind("before", before)
                    .bind("limit", limit);
            if (!states.isEmpty()) {
                query.bindList("states", states.stream().map(JobState::name).toList());
                if (!also.isEmpty()) {
                    query.bindList("also", List.copyOf(also));
                }
            }
            return query.map((row, context) -> new Row(row.getLong("seq"), job(row)))
                    .list();
        });
    }

    /** Jobs that have not ended, oldest first. */
    List<Left> unfinished() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT * FROM jobs WHERE state IN ('QUEUED', 'RUNNING') ORDER BY seq")
                        .map((row, context) -> left(row))
                        .list());
    }

    /** Jobs that ended and may have left something staged, oldest first. */
    List<Left> staged() {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM jobs WHERE staged = 1 AND state NOT IN ('QUEUED', 'RUNNING') ORDER BY seq")
                .map((row, context) -> left(row))
                .list());
    }

    /** Forgets the oldest ended jobs beyond {@code keep}, except those that left something staged. */
    void prune(int keep) {
        database.write(handle -> handle.createUpdate("""
                        DELETE FROM jobs WHERE staged = 0 AND state NOT IN ('QUEUED', 'RUNNING')
                            AND seq <= (SELECT max(seq) FROM jobs) - :keep""").bind("keep", keep).execute());
    }

    /** A job and its number in the order of their making. */
    record Row(long seq, Job job) {}

    /** A job of an earlier run of the host, and the file system that its target lay on. */
    record Left(Job job, Optional<String> disk) {}

    private Left left(ResultSet row) throws SQLException {
        return new Left(job(row), Optional.ofNullable(row.getString("disk")));
    }

    private <S extends SqlStatement<S>> S bind(S statement, Job job) {
        return statement
                .bind("id", job.id())
                .bind("kind", job.kind())
                .bind("state", job.state().name())
                .bind("provider", job.provider())
                .bind("vm", job.vm())
                .bind("target", job.target())
                .bind("phase", job.phase().orElse(null))
                .bind("progress", job.progress())
                .bind("bytes", job.bytes())
                .bind(
                        "bytesTotal",
                        job.bytesTotal().isPresent()
                                ? Long.valueOf(job.bytesTotal().getAsLong())
                                : null)
                .bind("createdAt", job.createdAt().toString())
                .bind("startedAt", job.startedAt().map(Instant::toString).orElse(null))
                .bind("finishedAt", job.finishedAt().map(Instant::toString).orElse(null))
                .bind("result", job.result().map(json::text).orElse(null))
                .bind("problem", job.problem().map(json::text).orElse(null));
    }

    private Job job(ResultSet row) throws SQLException {
        long total = row.getLong("bytes_total");
        OptionalLong bytesTotal = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(total);
        return new Job(
                row.getString("id"),
                row.getString("kind"),
                JobState.valueOf(row.getString("state")),
                row.getString("provider"),
                row.getString("vm"),
                row.getString("target"),
                Optional.ofNullable(row.getString("phase")),
                row.getInt("progress"),
                row.getLong("bytes"),
                bytesTotal,
                Instant.parse(row.getString("created_at")),
                Optional.ofNullable(row.getString("started_at")).map(Instant::parse),
                Optional.ofNullable(row.getString("finished_at")).map(Instant::parse),
                tree(row.getString("result")),
                tree(row.getString("problem")));
    }

    private Optional<Map<String, Object>> tree(@Nullable String text) {
        return Optional.ofNullable(text).map(it -> json.object(it.getBytes(StandardCharsets.UTF_8)));
    }
}
