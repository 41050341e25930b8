package dev.plugbay.runtime;

import java.io.Closeable;
import java.io.IOException;

/** Something of a plugin's to be closed by the host; it holds the lease until then, or until it is collected. */
final class HeldCloseable implements Closeable {
    private final HeldResource<AutoCloseable> held;

    HeldCloseable(AutoCloseable resource, Hold hold) {
        this.held = HeldResource.of(this, resource, hold);
    }

    @Override
    public void close() throws IOException {
        held.closeIo();
    }
}
