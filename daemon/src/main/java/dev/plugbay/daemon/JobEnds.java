package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;

/** Why jobs end that did not fail by themselves. */
final class JobEnds {
    private JobEnds() {}

    /** The reason for {@link JobState#INTERRUPTED} where nobody can look at what was written. */
    static PlugbayException away(String target) {
        return PlugbayException.of(
                        ErrorCode.INTERRUPTED,
                        "The host ended before the job did, and the disk of " + target
                                + " is not there now. What was written is removed at the first start that finds it.")
                .remedy("Bring the disk back and restart the host; then ask for it again.")
                .build();
    }

    /** The reason for {@link JobState#CANCELLED} or {@link JobState#INTERRUPTED}. */
    static PlugbayException because(JobState end) {
        return end == JobState.INTERRUPTED
                ? PlugbayException.of(
                                ErrorCode.INTERRUPTED,
                                "The host ended before the job did. What it had written so far is removed.")
                        .remedy("Ask for it again.")
                        .build()
                : PlugbayException.of(
                                ErrorCode.CALL_CANCELLED,
                                "The job was cancelled on request. What it had written so far is removed.")
                        .remedy("Ask for it again if it is wanted after all.")
                        .build();
    }
}
