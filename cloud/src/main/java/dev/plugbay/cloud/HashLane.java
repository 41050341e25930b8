package dev.plugbay.cloud;

import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 beside the work: the caller reads and writes while a thread of the lane hashes what was written before, so that the time is that of the slower one.
 *
 * <p>Shared by two threads. Buffers go round: {@code free} to the caller, who fills and submits them; {@code work} to the lane's thread, which hashes and frees them. The
 * queues order every access to a buffer's bytes. {@code digest} belongs to the lane's thread until that was joined. {@code done}
 * and {@code failure} are written by the lane's thread only, {@code stop} by the caller only. As {@code work} has room for every buffer and as many holes, and the lane's thread
 * takes from it without waiting for anything else, neither waits for ever; the caller looks for a dead lane at each beat.
 */
final class HashLane implements AutoCloseable {
    static final int BUFFER_BYTES = 512 * 1024;
    private static final int BUFFERS = 4;
    private static final long BEAT_MILLIS = 100;
    private static final byte[] ZEROS = new byte[64 * 1024];

    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Piece> work = new ArrayBlockingQueue<>(2 * BUFFERS);
    private final MessageDigest digest = sha256();
    private final Runnable beat;
    private final Thread thread;
    private volatile long done;
    private volatile boolean stop;
    private volatile @Nullable Throwable failure;

    /** Bytes, or without them zeros; one of length 0 is the end. */
    private static final class Piece {
        private final byte @Nullable [] bytes;
        private final long length;

        Piece(byte @Nullable [] bytes, long length) {
            this.bytes = bytes;
            this.length = length;
        }
    }

    /** A lane that is under way. While its user must wait for it, {@code beat} is run about every 100 ms; what it throws ends the wait. */
    HashLane(Runnable beat) {
        this.beat = beat;
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new byte[BUFFER_BYTES]);
        }
        // Nothing of the plugin that waits for this may be kept by the thread: neither thread-locals nor its class
        // loader.
        thread = Thread.ofPlatform()
                .daemon()
                .name("plugbay-disk-hash")
                .inheritInheritableThreadLocals(false)
                .unstarted(this::run);
        thread.setContextClassLoader(null);
        thread.start();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** An empty buffer of {@link #BUFFER_BYTES}. */
    byte[] buffer() throws InterruptedIOException {
        try {
            while (true) {
                byte[] buffer = free.poll(BEAT_MILLIS, TimeUnit.MILLISECONDS);
                if (buffer != null) {
                    return buffer;
                }
                checkedBeat();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    /** Hashes a buffer that {@link #buffer} gave, and takes it back. */
    void data(byte[] buffer, int length) throws InterruptedIOException {
        if (length == 0) {
            free.add(buffer);
        } else {
            submit(new Piece(buffer, length));
        }
    }

    /** Hashes zeros. */
    void zeros(long length) throws InterruptedIOException {
        if (length > 0) {
            submit(new Piece(null, length));
        }
    }

    /** Bytes hashed so far. */
    long done() {
        return done;
    }

    /** Waits until all is hashed; 64 lower-case hexadecimal digits. */
    String finish() throws InterruptedIOException {
        submit(new Piece(null, 0));
        try {
            while (!thread.join(Duration.ofMillis(BEAT_MILLIS))) {
                beat.run();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        throwFailure();
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Ends the lane whether or not all is hashed; its thread has ended when this returns. */
    @Override
    public void close() {
        stop = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            work.clear();
            boolean ignored = work.offer(new Piece(null, 0));
            try {
                thread.join(10);
            } catch (InterruptedException e) {
                interrupted = true; // the thread ends at once; waiting for it must not be left
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(Piece piece) throws InterruptedIOException {
        try {
            while (!work.offer(piece, BEAT_MILLIS, TimeUnit.MILLISECONDS)) {
                checkedBeat();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void checkedBeat() {
        if (!thread.isAlive()) {
            throwFailure();
            throw new IllegalStateException("the hash ended before its input");
        }
        beat.run();
    }

    private void throwFailure() {
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("SHA-256 failed: " + cause, cause);
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for the hash");
    }

    private void run() {
        try {
            for (Piece piece = work.take(); piece.length > 0 && !stop; piece = work.take()) {
                byte[] bytes = piece.bytes;
                if (bytes == null) {
                    hashZeros(piece.length);
                } else {
                    digest.update(bytes, 0, (int) piece.length);
                    addDone(piece.length);
                    free.add(bytes);
                }
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private void hashZeros(long length) {
        long left = length;
        while (left > 0 && !stop) {
            int count = (int) Math.min(left, ZEROS.length);
            digest.update(ZEROS, 0, count);
            addDone(count);
            left -= count;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // this thread alone writes it
    private void addDone(long count) {
        done += count;
    }
}
