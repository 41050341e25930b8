package dev.plugbay.cloud;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.DiskOutput.Finished;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes exported disks into the folder of an export: holes are skipped and stay holes, the SHA-256 is made in the same pass beside the writing, progress is
 * reported and the call's cancellation is heeded. One writer serves one export and is used by one thread.
 *
 * <pre>{@code
 * var writer = DiskWriter.builder(folder).progress(progress).build();
 * try (var source = DiskSource.file(image)) {
 *     files.add(writer.write("disk.raw", source));
 * }
 * }</pre>
 *
 * <p>All methods that write or read fail with a {@link PluginException}: {@link ErrorCode#CALL_CANCELLED} or {@link ErrorCode#CALL_TIMEOUT} when the {@linkplain CallContext#current()
 * current call} was cancelled or its thread interrupted, {@link ErrorCode#INSUFFICIENT_STORAGE} when no space is left,
 * {@link ErrorCode#CONFLICT} when the file is there already or the source ends before its size, {@link ErrorCode#CALL_FAILED} when reading or writing fails otherwise. What the source or
 * the listener throws is passed on. After any failure the file is gone.
 */
public final class DiskWriter {
    private static final int DEFAULT_GZIP_LEVEL = 6;

    private final Path folder;
    private final ProgressListener progress;
    private final Compression compression;
    private final int level;
    private final OptionalLong totalBytes;
    private long doneBefore;

    private DiskWriter(Builder from, int level) {
        this.folder = from.folder;
        this.progress = from.progress;
        this.compression = from.compression;
        this.level = level;
        this.totalBytes = from.totalBytes;
    }

    /** A builder of a writer into {@code folder}, which must be there. */
    public static Builder builder(Path folder) {
        return new Builder(folder);
    }

    /**
     * Writes a disk to a new file; the phase of its progress is {@code copying}.
     *
     * @param name the file's name, without any folder
     * @param source what is written; the caller closes it
     * @return the file, by its absolute path, with size and hash of its logical bytes, compressed ones if it is compressed
     */
    public ExportedFile write(String name, DiskSource source) {
        CallContext call = CallContext.current();
        call.throwIfCancelled();
        Path file = resolve(name);
        long size = source.size();
        boolean complete = false;
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw WriteFailure.of(e, call, file, 0);
        }
        try {
            Pulse pulse = pulse(call, "copying", size);
            Finished finished = copy(source, size, file, pulse, call);
            pulse.end(size);
            doneBefore += size;
            complete = true;
            return new ExportedFile(file, finished.bytes(), finished.sha256());
        } catch (IOException e) {
            throw WriteFailure.of(e, call, file, size);
        } finally {
            if (!complete) {
                delete(file);
            }
        }
    }

    /** Hashes a complete file that another program wrote into the folder; the phase of its progress is {@code hashing}. The file stays whatever happens. */
    public ExportedFile hash(String name) {
        CallContext call = CallContext.current();
        call.throwIfCancelled();
        Path file = resolve(name);
        try (DiskSource source = DiskSource.file(file)) {
            long size = source.size();
            Pulse pulse = pulse(call, "hashing", size);
            OutputBeat beat = new OutputBeat(pulse);
            try (HashOnly output = new HashOnly(beat)) {
                beat.output = output;
                pump(source, size, output, beat, call);
                Finished finished = output.finish();
                pulse.end(size);
                doneBefore += size;
                return new ExportedFile(file, finished.bytes(), finished.sha256());
            }
        } catch (IOException e) {
            throw WriteFailure.of(e, call, file, 0);
        }
    }

    private Pulse pulse(CallContext call, String phase, long size) {
        return new Pulse(call, progress, phase, totalBytes.isPresent() ? doneBefore : 0, totalBytes.orElse(size));
    }

    private Finished copy(DiskSource source, long size, Path file, Pulse pulse, CallContext call) throws IOException {
        OutputBeat beat = new OutputBeat(pulse);
        try (DiskOutput output =
                compression == Compression.GZIP ? new GzipOutput(file, level, beat) : new RawOutput(file, beat)) {
            beat.output = output;
            pump(source, size, output, beat, call);
            return output.finish();
        }
    }

    private static void pump(DiskSource source, long size, DiskOutput output, Runnable beat, CallContext call)
            throws IOException {
        for (long at = 0; at < size; ) {
            beat.run();
            DiskSource.Extent extent = extent(source, at, call);
            long end = at + Math.min(extent.length(), size - at);
            if (!extent.data()) {
                output.zeros(end - at);
                at = end;
            }
            while (at < end) {
                beat.run();
                byte[] buffer = output.buffer();
                int length = fill(source, at, buffer, (int) Math.min(buffer.length, end - at), size, call);
                output.data(buffer, length);
                at += length;
            }
        }
        beat.run();
    }

    private static DiskSource.Extent extent(DiskSource source, long at, CallContext call) {
        try {
            return source.extent(at);
        } catch (IOException e) {
            throw WriteFailure.ofSource(e, call);
        }
    }

    private static int fill(DiskSource source, long at, byte[] buffer, int wanted, long size, CallContext call) {
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, wanted);
        try {
            while (into.hasRemaining()) {
                if (source.read(into, at + into.position()) < 0) {
                    throw new PluginException(
                            ErrorCode.CONFLICT,
                            "the source ended after " + (at + into.position()) + " of its " + size
                                    + " bytes: it changed while it was read",
                            true);
                }
                call.throwIfCancelled();
            }
            return wanted;
        } catch (IOException e) {
            throw WriteFailure.ofSource(e, call);
        }
    }

    private Path resolve(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.chars().anyMatch(c -> c == '/' || c == '\\' || c == 0)) {
            throw new IllegalArgumentException("a file's name without any folder is needed, not \"" + name + "\"");
        }
        return folder.resolve(name);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The failure under way says more; the host removes the folder.
        }
    }

    /** What an output runs while it waits; it can ask the output only once that is made. */
    private static final class OutputBeat implements Runnable {
        private final Pulse pulse;
        private @Nullable DiskOutput output;

        OutputBeat(Pulse pulse) {
            this.pulse = pulse;
        }

        @Override
        public void run() {
            pulse.beat(output == null ? 0 : output.done());
        }
    }

    /** Builds a {@link DiskWriter}. */
    public static final class Builder {
        private final Path folder;
        private ProgressListener progress = ignored -> {};
        private Compression compression = Compression.NONE;
        private OptionalInt level = OptionalInt.empty();
        private OptionalLong totalBytes = OptionalLong.empty();

        private Builder(Path folder) {
            this.folder = folder.toAbsolutePath();
        }

        /** Sets who hears of the progress: first at 0, then at each percent and up to ten times a second, last at 100 percent. */
        public Builder progress(ProgressListener listener) {
            this.progress = listener;
            return this;
        }

        /** Sets the compression: {@link Compression#NONE}, the default, or {@link Compression#GZIP}. */
        public Builder compression(Compression compression) {
            this.compression = compression;
            return this;
        }

        /** Sets the level of the compression, 1 (fast) to 9 (small); 6 by default. */
        public Builder compressionLevel(int level) {
            this.level = OptionalInt.of(level);
            return this;
        }

        /** Sets the sizes of all sources together, so that progress is that of the whole export; by default each file is a whole. */
        public Builder totalBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("totalBytes must be 0 or more, not " + bytes);
            }
            this.totalBytes = OptionalLong.of(bytes);
            return this;
        }

        /**
         * The writer.
         *
         * @throws PluginException {@link ErrorCode#UNSUPPORTED} for a compression or level that it cannot do
         */
        public DiskWriter build() {
            if (compression == Compression.ZSTD) {
                throw new PluginException(
                        ErrorCode.UNSUPPORTED, "disks are not compressed with zstd; use gzip or none");
            }
            if (compression == Compression.NONE && level.isPresent()) {
                throw new PluginException(ErrorCode.UNSUPPORTED, "a compression level needs a compression");
            }
            if (level.isPresent() && (level.getAsInt() < 1 || level.getAsInt() > 9)) {
                throw new PluginException(ErrorCode.UNSUPPORTED, "gzip has levels 1 to 9, not " + level.getAsInt());
            }
            return new DiskWriter(this, level.orElse(DEFAULT_GZIP_LEVEL));
        }
    }
}
