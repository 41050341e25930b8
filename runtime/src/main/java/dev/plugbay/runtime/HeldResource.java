package dev.plugbay.runtime;

import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's resource behind a wrapper of the host's. Closing takes the resource out, so a wrapper that the host keeps holds nothing of the plugin. A wrapper that is
 * collected unclosed is closed on a thread of its own, with a warning: a lost stream must not keep a generation for ever.
 */
final class HeldResource<T extends AutoCloseable> {
    private static final Logger LOG = LoggerFactory.getLogger(HeldResource.class);

    private final AtomicReference<@Nullable T> resource;
    private final Hold hold;

    private HeldResource(T resource, Hold hold) {
        this.resource = new AtomicReference<>(resource);
        this.hold = hold;
    }

    static <T extends AutoCloseable> HeldResource<T> of(Object wrapper, T resource, Hold hold) {
        HeldResource<T> held = new HeldResource<>(resource, hold);
        CallServices services = hold.services();
        services.whenCollected(wrapper, () -> {
            if (held.resource.get() != null) {
                LOG.warn("{} was never closed; it is closed now that nobody refers to it", hold.label());
                services.aside("plugbay-close", held::closeQuietly);
            }
        });
        return held;
    }

    /** Something that reads. */
    interface Read<T> {
        int run(T resource) throws IOException;
    }

    /** Something that writes. */
    interface Write<T> {
        void run(T resource) throws IOException;
    }

    int read(String what, Read<T> work) throws IOException {
        T open = open();
        return Io.run(hold::use, what, (Io.Work) () -> work.run(open));
    }

    void write(String what, Write<T> work) throws IOException {
        T open = open();
        Io.run(hold::use, what, (Io.Step) () -> work.run(open));
    }

    /** Closes it and gives the lease back, whatever closing comes to; a second time does nothing. */
    void closeIo() throws IOException {
        T open = resource.getAndSet(null);
        if (open == null) {
            return;
        }
        try {
            Io.run(hold::use, "close", (Io.Step) () -> close(open));
        } finally {
            hold.end();
        }
    }

    private void closeQuietly() {
        try {
            closeIo();
        } catch (IOException | PlugbayException failure) {
            LOG.warn("closing {} failed: {}", hold.label(), Failures.describe(failure));
        }
    }

    private static void close(AutoCloseable open) throws IOException {
        try {
            open.close();
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw DetachedIOException.of(failure);
        }
    }

    private T open() throws IOException {
        T open = resource.get();
        if (open == null) {
            throw DetachedIOException.of(new IOException(hold.label() + " is closed"));
        }
        return open;
    }
}
