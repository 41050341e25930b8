package dev.plugbay.cloud;

import java.io.IOException;

/** Where a disk's logical bytes go, in order: a file, and the hash of that file. */
interface DiskOutput extends AutoCloseable {
    /** An empty buffer to be filled and given to {@link #data}. */
    byte[] buffer() throws IOException;

    /** Takes the first {@code length} bytes of a buffer that {@link #buffer} gave. */
    void data(byte[] buffer, int length) throws IOException;

    /** Takes zeros. */
    void zeros(long length) throws IOException;

    /** Logical bytes that are through. */
    long done();

    /** Completes file and hash. */
    Finished finish() throws IOException;

    /** Gives up what {@link #finish} would have completed, or nothing after it. */
    @Override
    void close() throws IOException;

    /** What a complete file is. */
    record Finished(long bytes, String sha256) {}
}
