package dev.plugbay.cloud;

import java.io.IOException;

/** Hashes a file that is there already. */
final class HashOnly implements DiskOutput {
    private final HashLane lane;
    private long bytes;

    HashOnly(Runnable beat) {
        lane = new HashLane(beat);
    }

    @Override
    public byte[] buffer() throws IOException {
        return lane.buffer();
    }

    @Override
    public void data(byte[] buffer, int length) throws IOException {
        bytes += length;
        lane.data(buffer, length);
    }

    @Override
    public void zeros(long length) throws IOException {
        bytes += length;
        lane.zeros(length);
    }

    @Override
    public long done() {
        return lane.done();
    }

    @Override
    public Finished finish() throws IOException {
        return new Finished(bytes, lane.finish());
    }

    @Override
    public void close() {
        lane.close();
    }
}
