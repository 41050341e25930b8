package dev.plugbay.plugins.libvirt;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A server that keeps the handshake and then does to each request what a test wants: what no real one does. */
final class NbdLiar implements AutoCloseable {
    static final int SIZE = 1 << 20;

    final Path socket;
    private final ServerSocketChannel server;
    private final Thread thread;

    /** What is done to a request: its replies are written to the channel. */
    interface Answer {
        void to(int command, long handle, long offset, int length, SocketChannel channel) throws IOException;
    }

    NbdLiar(Path folder, Answer answer) throws IOException {
        socket = folder.resolve("liar.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        thread = Thread.ofPlatform().daemon().name("nbd-liar").start(() -> serve(answer));
    }

    private void serve(Answer answer) {
        try (SocketChannel channel = server.accept()) {
            handshake(channel);
            while (true) {
                ByteBuffer request = read(channel, 28);
                int command = request.getInt(4) & 0xffff;
                if (command == NbdProtocol.COMMAND_DISCONNECT) {
                    return;
                }
                answer.to(command, request.getLong(8), request.getLong(16), request.getInt(24), channel);
            }
        } catch (IOException e) {
            // The client has left.
        }
    }

    private static void handshake(SocketChannel channel) throws IOException {
        write(
                channel,
                ByteBuffer.allocate(18)
                        .putLong(NbdProtocol.MAGIC)
                        .putLong(NbdProtocol.OPTION_MAGIC)
                        .putShort((short) 3));
        read(channel, 4);
        while (true) {
            ByteBuffer option = read(channel, 16);
            int number = option.getInt(8);
            read(channel, option.getInt(12));
            if (number == NbdProtocol.OPTION_SET_META_CONTEXT) {
                byte[] name = "base:allocation".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                reply(
                        channel,
                        number,
                        NbdProtocol.REPLY_META_CONTEXT,
                        ByteBuffer.allocate(4 + name.length).putInt(7).put(name));
            } else if (number == NbdProtocol.OPTION_GO) {
                reply(
                        channel,
                        number,
                        NbdProtocol.REPLY_INFO,
                        ByteBuffer.allocate(12)
                                .putShort((short) 0)
                                .putLong(SIZE)
                                .putShort((short) 1));
            }
            reply(channel, number, NbdProtocol.REPLY_ACK, ByteBuffer.allocate(0));
            if (number == NbdProtocol.OPTION_GO) {
                return;
            }
        }
    }

    private static void reply(SocketChannel channel, int option, int type, ByteBuffer data) throws IOException {
        data.flip();
        write(
                channel,
                ByteBuffer.allocate(20 + data.remaining())
                        .putLong(NbdProtocol.OPTION_REPLY_MAGIC)
                        .putInt(option)
                        .putInt(type)
                        .putInt(data.remaining())
                        .put(data));
    }

    /** A chunk; {@code length} is what its head says, whatever {@code data} has. */
    static void chunk(SocketChannel channel, int flags, int type, long handle, int length, ByteBuffer data)
            throws IOException {
        data.flip();
        write(
                channel,
                ByteBuffer.allocate(20 + data.remaining())
                        .putInt(NbdProtocol.STRUCTURED_REPLY_MAGIC)
                        .putShort((short) flags)
                        .putShort((short) type)
                        .putLong(handle)
                        .putInt(length)
                        .put(data));
    }

    /** The honest answer about the map: all is data. */
    static void allIsData(SocketChannel channel, long handle, int length) throws IOException {
        chunk(
                channel,
                1,
                NbdProtocol.CHUNK_BLOCK_STATUS,
                handle,
                12,
                ByteBuffer.allocate(12).putInt(7).putInt(length).putInt(0));
    }

    static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        bytes.flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer read(SocketChannel channel, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new IOException("end");
            }
        }
        return bytes.flip();
    }

    @Override
    public void close() throws IOException {
        server.close();
        thread.interrupt();
    }
}
