package dev.plugbay.cloud;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.ExtensionPoint;
import dev.plugbay.api.LongRunning;
import dev.plugbay.api.ReadOnly;
import java.nio.file.Path;
import java.util.Optional;

/** A source of virtual machines: a hypervisor, a cloud, or a folder of disk images. */
@ExtensionPoint
public interface VmProvider {
    /** Checks that the provider can be reached and used as it is configured. */
    @ReadOnly
    Validation validate();

    /** The machines that match, ordered by id. Failure: {@link ErrorCode#INVALID_REQUEST} for a cursor that is not one. */
    @ReadOnly
    VmPage list(VmFilter filter, Page page);

    /** The machine with this id. */
    @ReadOnly
    Optional<VmInfo> get(String id);

    /** The machines in whose id, name, tags or addresses {@code text} occurs, regardless of case, ordered by id. */
    @ReadOnly
    VmPage search(String text, Page page);

    /** What this provider can do. */
    @ReadOnly
    ProviderCapabilities capabilities();

    /** The machine that this host itself runs on, if it is one of the provider's. */
    @ReadOnly
    default Optional<VmInfo> current() {
        return Optional.empty();
    }

    /**
     * Writes a machine's disks into {@code folder}, which the host made for this export and which is empty. Nothing is written outside of it.
     * When this fails or is cancelled, the provider leaves nothing at its source; the host removes the folder.
     *
     * <p>Progress never goes back, and ends at 100 percent. Failures: {@link ErrorCode#NOT_FOUND} for an unknown id, {@link ErrorCode#UNSUPPORTED} for options
     * that cannot be honoured, {@link ErrorCode#INSUFFICIENT_STORAGE}, {@link ErrorCode#CALL_CANCELLED}.
     */
    @LongRunning
    ExportResult export(String id, ExportOptions options, Path folder, ProgressListener progress);
}
