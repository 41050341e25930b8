package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.Progress;
import dev.plugbay.runtime.Cancellation;

/** What running work sees of its job. */
interface JobControl {
    /** The job's id. */
    String id();

    /** Cancels the work. */
    Cancellation cancellation();

    /** Says how far the work is. */
    void report(Progress progress);

    /**
     * The point of no return: afterwards the job can no longer be cancelled.
     *
     * @throws PlugbayException {@link ErrorCode#CALL_CANCELLED} when it was cancelled before
     */
    void commit();
}
