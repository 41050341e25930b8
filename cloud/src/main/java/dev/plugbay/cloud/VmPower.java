package dev.plugbay.cloud;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.ExtensionPoint;

/** Starts and stops given virtual machines. */
@ExtensionPoint
public interface VmPower {
    /** Starts a machine; does nothing when it runs. Failure: {@link ErrorCode#NOT_FOUND}. */
    void start(String id);

    /** Stops a machine; does nothing when it is stopped. Failure: {@link ErrorCode#NOT_FOUND}. */
    void stop(String id, StopMode mode);

    /** How to stop. */
    enum StopMode {
        /** Asks the guest to shut down. */
        GRACEFUL,
        /** Takes the power away. */
        HARD
    }
}
