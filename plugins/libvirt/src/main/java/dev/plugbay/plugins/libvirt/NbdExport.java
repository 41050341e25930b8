package dev.plugbay.plugins.libvirt;

import static dev.plugbay.plugins.libvirt.NbdProtocol.broken;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * What was agreed upon with a server about one of its exports: the fixed newstyle handshake with {@code NBD_OPT_GO}, and where the server can, structured replies and
 * the map of what is allocated.
 *
 * @param size bytes
 * @param alignment what offsets and lengths of requests must be multiples of, a power of two
 * @param structured whether replies come in chunks
 * @param map the context by which the server calls its map of allocation, if it has one
 */
record NbdExport(long size, int alignment, boolean structured, OptionalInt map) {
    private static final String MAP = "base:allocation";
    private static final int MAX_ALIGNMENT = 64 * 1024;
    private static final int MAX_OPTION_REPLY = 64 * 1024;
    private static final int MAX_REPLIES = 64;

    /**
     * Agrees with a server on the export called {@code name}.
     *
     * @throws PluginException {@link ErrorCode#NOT_FOUND} when the server has no such export, {@link ErrorCode#CALL_FAILED} when it is no server of this protocol
     */
    static NbdExport open(NbdChannel channel, String name) {
        if (channel.receiveLong() != NbdProtocol.MAGIC || channel.receiveLong() != NbdProtocol.OPTION_MAGIC) {
            throw broken("its greeting is another one");
        }
        int flags = channel.receiveShort();
        if ((flags & NbdProtocol.FIXED_NEWSTYLE) == 0) {
            throw broken("it offers no fixed newstyle handshake");
        }
        int answer = NbdProtocol.FIXED_NEWSTYLE | (flags & NbdProtocol.NO_ZEROES);
        channel.send(ByteBuffer.allocate(4).putInt(answer).flip());
        boolean structured = structured(channel);
        OptionalInt map = structured ? map(channel, name) : OptionalInt.empty();
        return go(channel, name, structured, map);
    }

    private static boolean structured(NbdChannel channel) {
        option(channel, NbdProtocol.OPTION_STRUCTURED_REPLY, ByteBuffer.allocate(0));
        Reply reply = reply(channel, NbdProtocol.OPTION_STRUCTURED_REPLY);
        return reply.type == NbdProtocol.REPLY_ACK;
    }

    private static OptionalInt map(NbdChannel channel, String name) {
        byte[] export = name.getBytes(StandardCharsets.UTF_8);
        byte[] query = MAP.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(4 + export.length + 4 + 4 + query.length);
        data.putInt(export.length).put(export).putInt(1).putInt(query.length).put(query);
        option(channel, NbdProtocol.OPTION_SET_META_CONTEXT, data.flip());
        OptionalInt found = OptionalInt.empty();
        for (int count = 0; count < MAX_REPLIES; count++) {
            Reply reply = reply(channel, NbdProtocol.OPTION_SET_META_CONTEXT);
            if (reply.type != NbdProtocol.REPLY_META_CONTEXT) {
                return found; // acknowledged, or refused: then there is no map
            }
            if (reply.data.remaining() < 4) {
                throw broken("a context without number");
            }
            int id = reply.data.getInt();
            if (StandardCharsets.UTF_8.decode(reply.data).toString().equals(MAP)) {
                found = OptionalInt.of(id);
            }
        }
        throw broken("it does not end its list of contexts");
    }

    private static NbdExport go(NbdChannel channel, String name, boolean structured, OptionalInt map) {
        byte[] export = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(4 + export.length + 2 + 2);
        data.putInt(export.length).put(export).putShort((short) 1).putShort((short) NbdProtocol.INFO_BLOCK_SIZE);
        option(channel, NbdProtocol.OPTION_GO, data.flip());
        long size = -1;
        int alignment = 1;
        for (int count = 0; count < MAX_REPLIES; count++) {
            Reply reply = reply(channel, NbdProtocol.OPTION_GO);
            if (reply.type == NbdProtocol.REPLY_ACK) {
                return checked(size, alignment, structured, map);
            }
            if (reply.type != NbdProtocol.REPLY_INFO) {
                throw new PluginException(
                        reply.type == NbdProtocol.REPLY_ERROR_UNKNOWN ? ErrorCode.NOT_FOUND : ErrorCode.CALL_FAILED,
                        "the hypervisor's NBD server does not give out \"" + name + "\" (reply "
                                + Integer.toHexString(reply.type) + "): " + reply.text());
            }
            int info = reply.data.remaining() < 2 ? -1 : reply.data.getShort();
            if (info == NbdProtocol.INFO_EXPORT && reply.data.remaining() >= 8) {
                size = reply.data.getLong();
            } else if (info == NbdProtocol.INFO_BLOCK_SIZE && reply.data.remaining() >= 4) {
                alignment = reply.data.getInt();
            }
        }
        throw broken("it does not end its facts about the export");
    }

    private static NbdExport checked(long size, int alignment, boolean structured, OptionalInt map) {
        if (size < 0) {
            throw broken("it tells no size");
        }
        if (alignment < 1 || alignment > MAX_ALIGNMENT || Integer.bitCount(alignment) != 1) {
            throw broken("blocks of " + Integer.toUnsignedString(alignment) + " bytes");
        }
        if (size % alignment != 0) {
            throw broken("a size of " + size + " bytes in blocks of " + alignment);
        }
        return new NbdExport(size, alignment, structured, map);
    }

    private static void option(NbdChannel channel, int option, ByteBuffer data) {
        ByteBuffer message = ByteBuffer.allocate(16 + data.remaining());
        message.putLong(NbdProtocol.OPTION_MAGIC).putInt(option).putInt(data.remaining());
        channel.send(message.put(data).flip());
    }

    private static Reply reply(NbdChannel channel, int option) {
        if (channel.receiveLong() != NbdProtocol.OPTION_REPLY_MAGIC || channel.receiveInt() != option) {
            throw broken("an answer to an option that was not sent");
        }
        int type = channel.receiveInt();
        int length = channel.receiveInt();
        if (length < 0 || length > MAX_OPTION_REPLY) {
            throw broken("an answer of " + Integer.toUnsignedString(length) + " bytes to an option");
        }
        ByteBuffer data = ByteBuffer.allocate(length);
        channel.receive(data);
        return new Reply(type, data.flip());
    }

    private record Reply(int type, ByteBuffer data) {
        String text() {
            return StandardCharsets.UTF_8.decode(data).toString();
        }
    }
}
