package dev.plugbay.daemon;

import java.util.Map;

/**
 * What a job is to do.
 *
 * @param id its id, from {@link JobIds}
 * @param kind what it does: {@code export}
 * @param provider the instance that does it
 * @param vm the machine's id
 * @param target the folder that gets the result, absolute
 * @param work the work
 * @param ended called once when the job is over, however it ended and whether it began or not; quick, and fails never
 */
record JobPlan(String id, String kind, String provider, String vm, String target, Work work, Runnable ended) {

    /** The work of a job. */
    @FunctionalInterface
    interface Work {
        /**
         * Does it. Leaves nothing behind when it fails.
         *
         * @return the result as it is shown
         */
        Map<String, Object> run(JobControl control);
    }
}
