package dev.plugbay.cloud;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A disk that {@link DiskWriter} reads: a size, and bytes of which some may be known to be zeros without reading them. Used by one thread at a time, in ascending
 * order, each byte once. Sources that have block maps (a network block device, a cloud's list of changed blocks) implement {@link #extent}.
 */
public interface DiskSource extends Closeable {
    /** Its size in bytes as the guest sees it, 0 or more; fixed from the start. */
    long size();

    /**
     * What lies at {@code offset}, which is 0 or more and below {@link #size()}. By default all is data.
     *
     * @return an extent that begins at {@code offset}; it may be shorter than what is there, but not empty
     */
    default Extent extent(long offset) throws IOException {
        return new Extent(size() - offset, true);
    }

    /**
     * Reads bytes at {@code offset} into what remains of {@code into}, at least one of them.
     *
     * @return how many, or -1 when the source ends before its size
     */
    int read(ByteBuffer into, long offset) throws IOException;

    /** How many bytes are stored, holes not counted; empty where the source cannot tell. */
    default OptionalLong allocatedBytes() throws IOException {
        return OptionalLong.empty();
    }

    /** Gives back what the source holds; by default nothing. */
    @Override
    default void close() throws IOException {}

    /**
     * A part of a disk.
     *
     * @param length its bytes, 1 or more
     * @param data false when all of it is known to be zeros
     */
    record Extent(long length, boolean data) {
        /** Checks the range. */
        public Extent {
            if (length < 1) {
                throw new IllegalArgumentException("an extent has at least one byte, not " + length);
            }
        }
    }

    /**
     * A regular file. Its holes are known where the system can tell and the host allows native access; elsewhere all is data. Its size is that of this moment.
     *
     * @throws IOException when it is no regular file or cannot be opened
     */
    static DiskSource file(Path path) throws IOException {
        return FileSource.open(path, true);
    }

    /** A stream of {@code length} bytes; closed with the source. */
    static DiskSource stream(InputStream in, long length) {
        return channel(Channels.newChannel(in), length);
    }

    /** A channel of {@code length} bytes; closed with the source. */
    static DiskSource channel(ReadableByteChannel in, long length) {
        return new ChannelSource(in, length);
    }
}
