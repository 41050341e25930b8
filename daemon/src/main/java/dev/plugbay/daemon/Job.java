package dev.plugbay.daemon;

import dev.plugbay.cloud.Progress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A piece of long work, as it is shown.
 *
 * @param id its id
 * @param kind what it does: {@code export}
 * @param state where it is
 * @param provider the instance that does it
 * @param vm the machine's id
 * @param target the folder that gets the result, absolute
 * @param phase what is being done now, in a word
 * @param progress 0 to 100
 * @param bytes bytes done
 * @param bytesTotal of how many, if known
 * @param createdAt when it was asked for
 * @param startedAt when it began
 * @param finishedAt when it ended
 * @param result what it made, as it is shown
 * @param problem why it made nothing, as it is shown
 */
record Job(
        String id,
        String kind,
        JobState state,
        String provider,
        String vm,
        String target,
        Optional<String> phase,
        int progress,
        long bytes,
        OptionalLong bytesTotal,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<Map<String, Object>> result,
        Optional<Map<String, Object>> problem) {

    /** A new one. */
    static Job queued(String id, String kind, String provider, String vm, String target, Instant now) {
        return new Job(
                id,
                kind,
                JobState.QUEUED,
                provider,
                vm,
                target,
                Optional.empty(),
                0,
                0,
                OptionalLong.empty(),
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same, begun. */
    Job started(Instant now) {
        return new Job(
                id,
                kind,
                JobState.RUNNING,
                provider,
                vm,
                target,
                phase,
                progress,
                bytes,
                bytesTotal,
                createdAt,
                Optional.of(now),
                finishedAt,
                result,
                problem);
    }

    /** The same, further on; what would go back stays as it is. */
    Job at(Progress report) {
        return new Job(
                id,
                kind,
                state,
                provider,
                vm,
                target,
                Optional.of(report.phase()),
                Math.max(progress, (int) report.percent()),
                Math.max(bytes, report.bytesDone()),
                report.bytesTotal().isPresent() ? report.bytesTotal() : bytesTotal,
                createdAt,
                startedAt,
                finishedAt,
                result,
                problem);
    }

    /** The same, about to show this result; only ever stored. */
    Job committed(Map<String, Object> about) {
        return new Job(
                id,
                kind,
                state,
                provider,
                vm,
                target,
                phase,
                progress,
                bytes,
                bytesTotal,
                createdAt,
                startedAt,
                finishedAt,
                Optional.of(about),
                problem);
    }

    /** The same, ended. */
    Job ended(JobState end, Instant now, Optional<Map<String, Object>> made, Optional<Map<String, Object>> why) {
        return new Job(
                id,
                kind,
                end,
                provider,
                vm,
                target,
                phase,
                end == JobState.SUCCEEDED ? 100 : progress,
                bytes,
                bytesTotal,
                createdAt,
                startedAt,
                Optional.of(now),
                made,
                why);
    }
}
