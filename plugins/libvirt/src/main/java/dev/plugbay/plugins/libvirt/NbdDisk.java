package dev.plugbay.plugins.libvirt;

import static dev.plugbay.plugins.libvirt.NbdProtocol.broken;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.DiskSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * A disk that a network block device server gives out. Holes are asked for and skipped; of what is data the next pieces are always asked for already while one is
 * written and hashed, so that the hypervisor's disk and ours work at the same time. Used by one thread.
 *
 * <p>Nothing is taken on trust from the server: lengths, offsets and numbers that do not fit what was asked for fail with {@link ErrorCode#CALL_FAILED}.
 */
final class NbdDisk implements DiskSource {
    private static final int PIECE_BYTES = 256 * 1024;
    private static final int PIECES = 8;
    private static final long MAP_BYTES = 512L * 1024 * 1024;
    private static final int MAX_DESCRIPTORS = 64 * 1024;
    private static final int REQUEST_BYTES = 28;

    private final NbdChannel channel;
    private final NbdExport export;
    private final NbdMap map = new NbdMap();
    private final ArrayDeque<Piece> asked = new ArrayDeque<>();
    private final ArrayDeque<byte[]> free = new ArrayDeque<>();
    private long askedTo;
    private long handles;

    private NbdDisk(NbdChannel channel, NbdExport export) {
        this.channel = channel;
        this.export = export;
    }

    /** Opens the export called {@code name}; {@code patience} is how long the server may be silent. */
    static NbdDisk open(Path socket, String name, Duration patience) {
        NbdChannel channel = NbdChannel.connect(socket, patience);
        try {
            return new NbdDisk(channel, NbdExport.open(channel, name));
        } catch (RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** A read that was asked for. */
    private static final class Piece {
        private final long handle;
        private final long offset;
        private final int length;
        private final byte[] bytes;
        private int arrived;
        private int error;
        private boolean done;

        Piece(long handle, long offset, int length, byte[] bytes) {
            this.handle = handle;
            this.offset = offset;
            this.length = length;
            this.bytes = bytes;
        }
    }

    @Override
    public long size() {
        return export.size();
    }

    @Override
    public Extent extent(long offset) {
        if (!map.knows(offset)) {
            learn(offset);
        }
        return map.at(offset);
    }

    @Override
    public int read(ByteBuffer into, long offset) {
        if (!into.hasRemaining()) {
            return 0;
        }
        if (!map.knows(offset)) {
            learn(offset);
        }
        askForMore(offset);
        Piece piece = asked.getFirst();
        if (offset < piece.offset || offset >= piece.offset + piece.length) {
            throw new IllegalArgumentException("a disk is read in order: at " + piece.offset + ", not " + offset);
        }
        while (!piece.done) {
            receive(Optional.empty());
        }
        if (piece.error != 0) {
            throw NbdProtocol.refused(piece.error, "read the disk at byte " + piece.offset);
        }
        int from = (int) (offset - piece.offset);
        int count = Math.min(into.remaining(), piece.length - from);
        into.put(piece.bytes, from, count);
        if (from + count == piece.length) {
            asked.removeFirst();
            free.addLast(piece.bytes);
        }
        return count;
    }

    private void askForMore(long offset) {
        askedTo = Math.max(askedTo, offset - offset % export.alignment());
        while (asked.size() < PIECES) {
            NbdMap.Run run = map.dataFrom(askedTo);
            int length = (int) Math.min(PIECE_BYTES, run.to() - run.from());
            if (length == 0) {
                return;
            }
            byte[] bytes = free.isEmpty() ? new byte[PIECE_BYTES] : free.removeFirst();
            Piece piece = new Piece(handles++, run.from(), length, bytes);
            request(NbdProtocol.COMMAND_READ, piece.handle, piece.offset, length);
            asked.addLast(piece);
            askedTo = run.from() + length;
        }
    }

    /** Asks what is allocated from {@code offset} on. All that was asked for before has arrived. */
    private void learn(long offset) {
        if (export.map().isEmpty()) {
            map.add(offset, export.size() - offset, true);
            return;
        }
        long length = Math.min(export.size() - offset, MAP_BYTES);
        MapRequest request = new MapRequest(handles++, offset, length);
        request(NbdProtocol.COMMAND_BLOCK_STATUS, request.handle, offset, (int) length);
        while (!request.done) {
            receive(Optional.of(request));
        }
        if (request.error != 0 || !map.knows(offset)) {
            throw request.error != 0
                    ? NbdProtocol.refused(request.error, "tell what is allocated at byte " + offset)
                    : broken("a map of nothing");
        }
    }

    /** A question for the map. */
    private static final class MapRequest {
        private final long handle;
        private final long to;
        private long next;
        private int error;
        private boolean done;

        MapRequest(long handle, long offset, long length) {
            this.handle = handle;
            this.next = offset;
            this.to = offset + length;
        }
    }

    private void request(int command, long handle, long offset, int length) {
        channel.send(ByteBuffer.allocate(REQUEST_BYTES)
                .putInt(NbdProtocol.REQUEST_MAGIC)
                .putShort((short) 0)
                .putShort((short) command)
                .putLong(handle)
                .putLong(offset)
                .putInt(length)
                .flip());
    }

    /** Takes the server's next reply, or the next chunk of one. */
    private void receive(Optional<MapRequest> question) {
        int magic = channel.receiveInt();
        if (magic == NbdProtocol.SIMPLE_REPLY_MAGIC) {
            int error = channel.receiveInt();
            long handle = channel.receiveLong();
            if (question.isPresent() && question.get().handle == handle) {
                expect(error != 0, "a map without one");
                question.get().error = error;
                question.get().done = true;
            } else {
                simple(piece(handle), error);
            }
        } else if (magic == NbdProtocol.STRUCTURED_REPLY_MAGIC && export.structured()) {
            int flags = channel.receiveShort();
            int type = channel.receiveShort();
            long handle = channel.receiveLong();
            long length = Integer.toUnsignedLong(channel.receiveInt());
            boolean done = (flags & NbdProtocol.CHUNK_DONE) != 0;
            if (question.isPresent() && question.get().handle == handle) {
                mapChunk(question.get(), type, length, done);
            } else {
                readChunk(piece(handle), type, length, done);
            }
        } else {
            throw broken("a reply that begins with " + Integer.toHexString(magic));
        }
    }

    private Piece piece(long handle) {
        for (Piece piece : asked) {
            if (piece.handle == handle && !piece.done) {
                return piece;
            }
        }
        throw broken("a reply to a request that was not made");
    }

    private void simple(Piece piece, int error) {
        if (error == 0) {
            if (export.structured()) {
                throw broken("a simple reply with data where structured ones were agreed upon");
            }
            channel.receive(ByteBuffer.wrap(piece.bytes, 0, piece.length));
            piece.arrived = piece.length;
        }
        end(piece, error);
    }

    private void readChunk(Piece piece, int type, long length, boolean done) {
        switch (type) {
            case NbdProtocol.CHUNK_NONE -> expect(length == 0 && done, "an empty chunk that is not the last");
            case NbdProtocol.CHUNK_DATA -> {
                expect(length > 8, "a chunk of data without data");
                int at = place(piece, channel.receiveLong(), length - 8);
                channel.receive(ByteBuffer.wrap(piece.bytes, at, (int) (length - 8)));
                piece.arrived += (int) (length - 8);
            }
            case NbdProtocol.CHUNK_HOLE -> {
                expect(length == 12, "a hole described by " + length + " bytes");
                long offset = channel.receiveLong();
                long size = Integer.toUnsignedLong(channel.receiveInt());
                int at = place(piece, offset, size);
                java.util.Arrays.fill(piece.bytes, at, at + (int) size, (byte) 0);
                piece.arrived += (int) size;
            }
            default -> piece.error = errorChunk(type, length);
        }
        if (done) {
            end(piece, piece.error);
        }
    }

    /** Where in the piece a chunk belongs. */
    private static int place(Piece piece, long offset, long length) {
        expect(
                length > 0
                        && offset >= piece.offset
                        && length <= piece.length - piece.arrived
                        && offset - piece.offset <= piece.length - length,
                length + " bytes at " + offset + " in reply to " + piece.length + " at " + piece.offset);
        return (int) (offset - piece.offset);
    }

    private static void end(Piece piece, int error) {
        expect(error != 0 || piece.arrived == piece.length, "a reply without all of the data");
        piece.error = error;
        piece.done = true;
    }

    private void mapChunk(MapRequest request, int type, long length, boolean done) {
        if (type == NbdProtocol.CHUNK_BLOCK_STATUS) {
            expect(length >= 12 && length % 8 == 4, "a map of " + length + " bytes");
            expect(channel.receiveInt() == export.map().orElseThrow(), "a map that was not agreed upon");
            long count = length / 8;
            for (long i = 0; i < Math.min(count, MAX_DESCRIPTORS); i++) {
                long size = Integer.toUnsignedLong(channel.receiveInt());
                boolean zero = (channel.receiveInt() & NbdProtocol.STATE_ZERO) != 0;
                expect(size > 0, "an extent of no bytes");
                long known = Math.min(size, request.to - request.next);
                if (known > 0) {
                    map.add(request.next, known, !zero);
                    request.next += known;
                }
            }
            channel.skip(Math.max(0, count - MAX_DESCRIPTORS) * 8);
        } else if (type != NbdProtocol.CHUNK_NONE || length != 0) {
            request.error = errorChunk(type, length);
        }
        request.done = done;
    }

    /** The error that a chunk tells of; never 0. */
    private int errorChunk(int type, long length) {
        expect((type & NbdProtocol.CHUNK_IS_ERROR) != 0, "a chunk of type " + type);
        expect(length >= 6 && length < 64 * 1024, "an error of " + length + " bytes");
        int error = channel.receiveInt();
        channel.skip(length - 4);
        return error == 0 ? 5 : error;
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw broken(otherwise);
        }
    }

    /** Takes leave without waiting for anything. */
    @Override
    public void close() {
        try (channel) {
            request(NbdProtocol.COMMAND_DISCONNECT, handles++, 0, 0);
        } catch (PluginException e) {
            // It is gone already, or the call was cancelled; closing says the same.
        }
    }
}
