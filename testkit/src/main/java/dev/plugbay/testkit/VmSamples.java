package dev.plugbay.testkit;

import dev.plugbay.cloud.VmProvider;
import dev.plugbay.runtime.Cancellation;
import java.util.Set;
import java.util.concurrent.Callable;

/** What {@link VmProviderContract} asks of its implementor. */
public interface VmSamples {
    /** The provider, over the samples. */
    VmProvider provider();

    /** The ids of all machines there are, as the samples' maker knows them. */
    Set<String> ids();

    /**
     * The id of a machine that can be exported with the default options, and takes long enough for progress to be reported on the way: 32 MiB and
     * more.
     */
    String exportable();

    /** The state of the source, such as names, sizes and times of its files; equal before and after what must not change it. */
    Object sourceState();

    /** Makes calls that {@code cancellation} cancels. Through a host: {@code host.call(CallOptions.by("contract").cancellation(cancellation), work)}. */
    default <T> T call(Cancellation cancellation, Callable<T> work) throws Exception {
        return new TestCall(cancellation).call(work);
    }
}
