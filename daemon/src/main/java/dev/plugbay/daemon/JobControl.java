package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.Progress;
import dev.plugbay.runtime.Cancellation;
import java.util.Map;

/** What running work sees of its job. */
interface JobControl {
    /** The job's id. */
    String id();

    /** Cancels the work. */
    Cancellation cancellation();

    /** Says how far the work is. */
    void report(Progress progress);

    /**
     * The point of no return: afterwards the job can no longer be cancelled. What it is about to show as its result is stored first, so that the next start of a
     * host that died in the next moment can tell whether it did.
     *
     * @throws PlugbayException {@link ErrorCode#CALL_CANCELLED} when it was cancelled before; what the database failed with, and then nothing may be shown
     */
    void commit(Map<String, Object> result);
}
