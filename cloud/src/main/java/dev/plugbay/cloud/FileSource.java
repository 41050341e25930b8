package dev.plugbay.cloud;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/** A regular file, with its holes where the system tells them. */
final class FileSource implements DiskSource {
    /** A file in more pieces than this is not counted: it would take longer than the answer is worth. */
    private static final int COUNTED_EXTENTS = 100_000;

    private final FileChannel channel;
    private final Optional<FileHoles> holes;
    private final long size;

    private FileSource(FileChannel channel, Optional<FileHoles> holes) throws IOException {
        this.channel = channel;
        this.holes = holes;
        this.size = channel.size();
    }

    /** Opens a file; {@code askForHoles} is false only in tests of systems that cannot tell. */
    static FileSource open(Path path, boolean askForHoles) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!Files.isRegularFile(path)) {
            throw new FileSystemException(path.toString(), null, "not a regular file");
        }
        Optional<FileHoles> holes = askForHoles ? FileHoles.open(path) : Optional.empty();
        try {
            // The bytes and the holes must be of one file even if the name is given to another one meanwhile.
            Path same = holes.map(FileHoles::sameFile).orElse(path);
            if (!Files.isRegularFile(same)) {
                throw new FileSystemException(path.toString(), null, "not a regular file");
            }
            return new FileSource(FileChannel.open(same, StandardOpenOption.READ), holes);
        } catch (IOException | RuntimeException e) {
            holes.ifPresent(FileHoles::close);
            throw e;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Extent extent(long offset) {
        return holes.map(h -> h.extent(offset, size)).orElseGet(() -> new Extent(size - offset, true));
    }

    @Override
    public int read(ByteBuffer into, long offset) throws IOException {
        return channel.read(into, offset);
    }

    @Override
    public OptionalLong allocatedBytes() {
        if (holes.isEmpty()) {
            return OptionalLong.empty();
        }
        long allocated = 0;
        long offset = 0;
        for (int count = 0; offset < size; count++) {
            if (count == COUNTED_EXTENTS) {
                return OptionalLong.empty();
            }
            Extent extent = extent(offset);
            allocated += extent.data() ? extent.length() : 0;
            offset += extent.length();
        }
        return OptionalLong.of(allocated);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            holes.ifPresent(FileHoles::close);
        }
    }
}
