package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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
        key = channel.register(selector, 0);
    }

    /** Connects to a server; {@code patience} is how long it may be silent. */
    static NbdChannel connect(Path socket, Duration patience) {
        CallContext call = CallContext.current();
        long began = System.nanoTime();
        try {
            while (true) {
                call.throwIfCancelled();
                Optional<SocketChannel> channel = LocalSocket.connect(socket);
                if (channel.isPresent()) {
                    return of(channel.get(), patience);
                }
                if (System.nanoTime() - began > patience.toNanos()) {
                    throw silent(patience);
                }
                Thread.sleep(SLICE_MILLIS);
            }
        } catch (IOException e) {
            throw failed("cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("cannot be reached", new ClosedByInterruptException());
        }
    }

    private static NbdChannel of(SocketChannel channel, Duration patience) throws IOException {
        Selector selector = null;
        try {
            selector = Selector.open();
            return new NbdChannel(channel, selector, patience);
        } catch (IOException | RuntimeException e) {
            closeQuietly(channel);
            closeQuietly(selector);
            throw e;
        }
    }

    private static PluginException silent(Duration patience) {
        return new PluginException(
                ErrorCode.UNAVAILABLE,
                "the hypervisor's NBD server has been silent for " + patience.toSeconds() + " s");
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
            throw silent(patience);
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
