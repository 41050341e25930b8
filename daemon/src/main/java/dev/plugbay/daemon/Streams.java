package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers that go on until their client leaves: counted, limited, and ended when the server stops.
 *
 * <p>Shared by requests and by whoever stops the server. The set is concurrent; a stream that opens while everything closes sees
 * {@code closed}, because it registers before it looks.
 */
final class Streams implements AutoCloseable {
    private static final int MOST = 200;

    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Registers the current thread's stream.
     *
     * @param source gives back what feeds it, whatever happens
     * @throws PlugbayException {@link ErrorCode#LIMIT_EXCEEDED} when there are too many
     */
    Open open(Runnable source) {
        if (open.size() >= MOST) {
            source.run();
            throw PlugbayException.of(ErrorCode.LIMIT_EXCEEDED, "There are already " + MOST + " open streams.")
                    .remedy("Close some; one stream of events with a filter is enough for most uses.")
                    .build();
        }
        Open stream = new Open(Thread.currentThread(), source);
        open.add(stream);
        return stream;
    }

    /** Ends all streams. */
    @Override
    public void close() {
        closed = true;
        open.forEach(stream -> stream.thread.interrupt());
    }

    /** One stream. */
    final class Open implements AutoCloseable {
        private final Thread thread;
        private final Runnable source;

        private Open(Thread thread, Runnable source) {
            this.thread = thread;
            this.source = source;
        }

        /** Whether it is to go on. */
        boolean wanted() {
            return !closed;
        }

        @Override
        public void close() {
            source.run();
            open.remove(this);
        }
    }
}
