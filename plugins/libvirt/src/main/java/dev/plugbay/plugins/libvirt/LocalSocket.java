package dev.plugbay.plugins.libvirt;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Connects to unix sockets without ever waiting: a server that accepts nobody keeps those who do in the system, without a limit. */
final class LocalSocket {
    private LocalSocket() {}

    /**
     * A channel that does not block.
     *
     * @return empty when the server has not accepted those who came before; later it may
     * @throws IOException when there is no server
     */
    static Optional<SocketChannel> connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean connected = false;
        try {
            channel.configureBlocking(false);
            // Where this says "not yet", nothing is under way that could be finished: the queue is full.
            connected = channel.connect(UnixDomainSocketAddress.of(socket));
            return connected ? Optional.of(channel) : Optional.empty();
        } catch (SocketException e) {
            if (String.valueOf(e.getMessage()).contains("temporarily unavailable")) {
                return Optional.empty(); // the same, as Linux has it
            }
            throw e;
        } finally {
            if (!connected) {
                channel.close();
            }
        }
    }
}
