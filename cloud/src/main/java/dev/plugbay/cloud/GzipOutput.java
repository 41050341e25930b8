package dev.plugbay.cloud;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPOutputStream;

/** A gzip file; what is hashed are its compressed bytes. Compressing is the slow part here, and is done by the caller's thread. */
final class GzipOutput implements DiskOutput {
    private static final byte[] ZEROS = new byte[64 * 1024];

    private final Runnable beat;
    private final CompressedFile file;
    private final LevelledGzip gzip;
    private final byte[] buffer = new byte[HashLane.BUFFER_BYTES];
    private long done;

    GzipOutput(Path path, int level, Runnable beat) throws IOException {
        this.beat = beat;
        file = new CompressedFile(path, beat);
        try {
            gzip = new LevelledGzip(file, level);
        } catch (IOException | RuntimeException e) {
            file.lane.close();
            file.channel.close();
            throw e;
        }
    }

    @Override
    public byte[] buffer() {
        return buffer;
    }

    @Override
    public void data(byte[] buffer, int length) throws IOException {
        gzip.write(buffer, 0, length);
        done += length;
    }

    @Override
    public void zeros(long length) throws IOException {
        for (long left = length; left > 0; ) {
            int count = (int) Math.min(left, ZEROS.length);
            gzip.write(ZEROS, 0, count);
            done += count;
            left -= count;
            beat.run();
        }
    }

    @Override
    public long done() {
        return done;
    }

    @Override
    public Finished finish() throws IOException {
        gzip.finish();
        return file.finish();
    }

    @Override
    public void close() throws IOException {
        gzip.end();
        try (file.channel) {
            file.lane.close();
        }
    }

    private static final class LevelledGzip extends GZIPOutputStream {
        LevelledGzip(OutputStream out, int level) throws IOException {
            super(out, 64 * 1024);
            def.setLevel(level);
        }

        /** Frees the compressor's memory without writing the trailer. */
        void end() {
            def.end();
        }
    }

    private static final class CompressedFile extends OutputStream {
        private final FileChannel channel;
        private final HashLane lane;
        private byte[] piece;
        private int filled;
        private long bytes;

        CompressedFile(Path path, Runnable beat) throws IOException {
            channel = FileChannel.open(path, StandardOpenOption.WRITE);
            lane = new HashLane(beat);
            piece = lane.buffer();
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            int copied = 0;
            while (copied < length) {
                int count = Math.min(length - copied, piece.length - filled);
                System.arraycopy(from, offset + copied, piece, filled, count);
                filled += count;
                copied += count;
                if (filled == piece.length) {
                    writePiece();
                    piece = lane.buffer();
                    filled = 0;
                }
            }
        }

        private void writePiece() throws IOException {
            ByteBuffer out = ByteBuffer.wrap(piece, 0, filled);
            while (out.hasRemaining()) {
                bytes += channel.write(out);
            }
            lane.data(piece, filled);
        }

        Finished finish() throws IOException {
            writePiece();
            filled = 0;
            return new Finished(bytes, lane.finish());
        }
    }
}
