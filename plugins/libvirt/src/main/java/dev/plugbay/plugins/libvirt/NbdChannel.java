package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Bytes to and from a network block device server over a unix socket. Every wait heeds the current call's cancellation and ends when the server has been silent for too long,
 * so that a server that hangs, dies or was stopped never keeps an export. Used by one thread.
 *
 * <p>Failures: {@link ErrorCode#UNAVAILABLE} when the server is not there, closes the connection or is silent; {@link ErrorCode#CALL_CANCELLED} and {@link
 * ErrorCode#CALL_TIMEOUT}.
 */
final class NbdChannel implements Closeable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long SLICE_MILLIS = 50;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration patience;
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES).flip();

    private NbdChannel(SocketChannel channel, Selector selector, Duration patience) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.patience = patience;
        channel.configureBlocking(false);
        key = channel.register(selector, 0);
    }

    /** Connects to a server; {@code patience} is how long it may be silent. */
    static NbdChannel connect(Path socket, Duration patience) {
        CallContext call = CallContext.current();
        call.throwIfCancelled();
        SocketChannel channel = null;
        Selector selector = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            selector = Selector.open();
            SocketChannel opened = channel;
            // A server that accepts nobody keeps those who connect waiting in the system, where only closing reaches
            // them.
            try (var _ = call.onCancel(() -> closeQuietly(opened))) {
                channel.connect(UnixDomainSocketAddress.of(socket));
            }
            return new NbdChannel(channel, selector, patience);
        } catch (IOException e) {
            closeQuietly(channel);
            closeQuietly(selector);
            throw failed("cannot be reached", e);
        } catch (RuntimeException e) {
            closeQuietly(channel);
            closeQuietly(selector);
            throw e;
        }
    }

    /** Sends all that remains of {@code bytes}. */
    void send(ByteBuffer bytes) {
        try {
            long silentSince = System.nanoTime();
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) > 0) {
                    silentSince = System.nanoTime();
                } else {
                    await(SelectionKey.OP_WRITE, silentSince);
                }
            }
        } catch (IOException e) {
            throw failed("ended the connection", e);
        }
    }

    /** Fills what remains of {@code into}. */
    void receive(ByteBuffer into) {
        while (into.hasRemaining()) {
            if (in.hasRemaining()) {
                int count = Math.min(in.remaining(), into.remaining());
                into.put(into.position(), in, in.position(), count);
                into.position(into.position() + count);
                in.position(in.position() + count);
            } else if (into.remaining() >= BUFFER_BYTES) {
                readSome(into);
            } else {
                in.clear();
                try {
                    readSome(in);
                } finally {
                    in.flip();
                }
            }
        }
    }

    int receiveShort() {
        return fixed(Short.BYTES).getShort() & 0xffff;
    }

    int receiveInt() {
        return fixed(Integer.BYTES).getInt();
    }

    long receiveLong() {
        return fixed(Long.BYTES).getLong();
    }

    /** Passes over bytes that are of no interest. */
    void skip(long length) {
        ByteBuffer bin = ByteBuffer.allocate((int) Math.min(length, BUFFER_BYTES));
        for (long left = length; left > 0; left -= bin.limit()) {
            bin.clear().limit((int) Math.min(left, bin.capacity()));
            receive(bin);
        }
    }

    private ByteBuffer fixed(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        receive(bytes);
        return bytes.flip();
    }

    private void readSome(ByteBuffer into) {
        try {
            long silentSince = System.nanoTime();
            while (true) {
                CallContext.current().throwIfCancelled();
                int count = channel.read(into);
                if (count < 0) {
                    throw failed("ended the connection", new IOException("end of stream"));
                }
                if (count > 0) {
                    return;
                }
                await(SelectionKey.OP_READ, silentSince);
            }
        } catch (IOException e) {
            throw failed("ended the connection", e);
        }
    }

    private void await(int readiness, long silentSince) throws IOException {
        CallContext.current().throwIfCancelled();
        if (System.nanoTime() - silentSince > patience.toNanos()) {
            throw new PluginException(
                    ErrorCode.UNAVAILABLE,
                    "the hypervisor's NBD server has been silent for " + patience.toSeconds() + " s");
        }
        key.interestOps(readiness);
        selector.select(SLICE_MILLIS);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    private static PluginException failed(String what, IOException e) {
        CallContext.current().throwIfCancelled(); // it may be the reason
        if (e instanceof ClosedByInterruptException) {
            return new PluginException(ErrorCode.CALL_CANCELLED, "the export was interrupted", e);
        }
        return new PluginException(
                ErrorCode.UNAVAILABLE, "the hypervisor's NBD server " + what + ": " + e.getMessage(), e);
    }

    @Override
    public void close() {
        closeQuietly(channel);
        closeQuietly(selector);
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable Closeable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (IOException e) {
            // Nothing is lost with it: all that was wanted was read.
        }
    }
}
