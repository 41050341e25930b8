package dev.plugbay.cloud;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** A plain file in which zeros become holes, whether the source knew of them or not. */
final class RawOutput implements DiskOutput {
    /** Smaller runs of zeros are written: many small writes cost more than they save. */
    private static final int GRANULE = 64 * 1024;

    private static final byte[] ZEROS = new byte[GRANULE];

    private final RandomAccessFile file;
    private final FileChannel channel;
    private final HashLane lane;
    private long position;

    RawOutput(Path path, Runnable beat) throws IOException {
        file = new RandomAccessFile(path.toFile(), "rw");
        channel = file.getChannel();
        lane = new HashLane(beat);
    }

    @Override
    public byte[] buffer() throws IOException {
        return lane.buffer();
    }

    @Override
    public void data(byte[] buffer, int length) throws IOException {
        int from = 0;
        while (from < length) {
            boolean zero = zero(buffer, from, length);
            int to = from;
            while (to < length && zero(buffer, to, length) == zero) {
                to = Math.min(length, to + GRANULE);
            }
            if (!zero) {
                write(ByteBuffer.wrap(buffer, from, to - from), position + from);
            }
            from = to;
        }
        position += length;
        lane.data(buffer, length);
    }

    private static boolean zero(byte[] buffer, int from, int length) {
        int to = Math.min(length, from + GRANULE);
        return Arrays.equals(buffer, from, to, ZEROS, 0, to - from);
    }

    private void write(ByteBuffer bytes, long at) throws IOException {
        long next = at;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
        }
    }

    @Override
    public void zeros(long length) throws IOException {
        position += length;
        lane.zeros(length);
    }

    @Override
    public long done() {
        return lane.done();
    }

    @Override
    public Finished finish() throws IOException {
        file.setLength(position); // a hole at the end was not written
        return new Finished(position, lane.finish());
    }

    @Override
    public void close() throws IOException {
        try (file) {
            lane.close();
        }
    }
}
