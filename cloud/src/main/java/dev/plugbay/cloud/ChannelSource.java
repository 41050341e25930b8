package dev.plugbay.cloud;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** A channel of known length, read from its beginning to its end. */
final class ChannelSource implements DiskSource {
    private final ReadableByteChannel in;
    private final long length;
    private long position;

    ChannelSource(ReadableByteChannel in, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must be 0 or more, not " + length);
        }
        this.in = in;
        this.length = length;
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public int read(ByteBuffer into, long offset) throws IOException {
        if (offset != position) {
            throw new IllegalArgumentException("a stream is read in order: at " + position + ", not " + offset);
        }
        int count = in.read(into);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
