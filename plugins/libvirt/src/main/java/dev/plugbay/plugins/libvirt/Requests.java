package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Asks libvirt on behalf of callers, on lent threads: one that it does not answer is left at the deadline, and followed by its thread when libvirt answers, or when it is given up as dead.
 *
 * <p>Shared by all callers. Only so many questions are asked at once as a connection may have links.
 */
final class Requests {
    private final Connector connector;
    private final LentCalls calls;

    Requests(Connector connector, Executor executor) {
        this.connector = connector;
        this.calls = new LentCalls(executor, Connection.LINKS);
    }

    /**
     * Does some work with libvirt.
     *
     * @param what what is asked, as in "libvirt did not ... within 15 s"
     * @param limit how long it may take; the current call's deadline may be nearer
     * @throws PluginException what the work failed with; {@link ErrorCode#UNAVAILABLE} without a connection; {@link ErrorCode#CALL_TIMEOUT}, {@link ErrorCode#CALL_CANCELLED}
     */
    <T> T ask(String what, Duration limit, Connection.Work<T> work) {
        return calls.run("libvirt did not " + what, limit, left -> {
            long end = System.nanoTime() + left.toNanos();
            return connector.connection(left).use(Duration.ofNanos(end - System.nanoTime()), work);
        });
    }
}
