package dev.plugbay.runtime;

import java.io.IOException;
import java.io.OutputStream;

/** A plugin's stream in the host's hands; it holds the lease until it is closed, or collected. */
final class HeldOutputStream extends OutputStream {
    private final HeldResource<OutputStream> held;

    HeldOutputStream(OutputStream out, Hold hold) {
        this.held = HeldResource.of(this, out, hold);
    }

    @Override
    public void write(int octet) throws IOException {
        held.write("write", out -> out.write(octet));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        held.write("write", out -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
        held.write("flush", OutputStream::flush);
    }

    @Override
    public void close() throws IOException {
        held.closeIo();
    }
}
