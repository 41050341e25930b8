package dev.plugbay.runtime;

import java.io.IOException;
import java.io.InputStream;

/** A plugin's stream in the host's hands; it holds the lease until it is closed, or collected. */
final class HeldInputStream extends InputStream {
    private final HeldResource<InputStream> held;

    HeldInputStream(InputStream in, Hold hold) {
        this.held = HeldResource.of(this, in, hold);
    }

    @Override
    public int read() throws IOException {
        return held.read("read", InputStream::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return held.read("read", in -> in.read(bytes, offset, length));
    }

    @Override
    public int available() throws IOException {
        return held.read("available", InputStream::available);
    }

    @Override
    public void close() throws IOException {
        held.closeIo();
    }
}
