package dev.plugbay.plugins.libvirt;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The socket of a libvirt daemon on this machine. Before libvirt's library connects, somebody must have answered there: the library waits without a limit for
 * a daemon that accepts and then says nothing, and a thread that waits in it can be neither interrupted nor left behind.
 *
 * <p>The question is the protocol's first one (which ways to authenticate are there), by {@code virnetprotocol.x}: length, program, version, procedure, type, serial, status.
 */
final class DaemonSocket {
    private static final List<String> SYSTEM = List.of("virtqemud-sock", "libvirt-sock");
    private static final int HEADER_BYTES = 28;
    private static final int PROGRAM = 0x20008086;
    private static final int VERSION = 1;
    private static final int AUTH_LIST = 66;
    private static final int CALL = 0;
    private static final int SERIAL = 0;
    private static final int OK = 0;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private DaemonSocket() {}

    /** Where the daemon for this URI listens, when it is on this machine and the plugin can tell. */
    static Optional<Path> of(String uri) {
        try {
            URI parsed = new URI(uri);
            Optional<String> socket = Optional.ofNullable(parsed.getRawQuery()).stream()
                    .flatMap(query -> List.of(query.split("&", -1)).stream())
                    .filter(part -> part.startsWith("socket="))
                    .map(part -> part.substring("socket=".length()))
                    .findFirst();
            String scheme = Optional.ofNullable(parsed.getScheme()).orElse("");
            if (scheme.equals("qemu+unix") && socket.isPresent()) {
                return Optional.of(Path.of(socket.get()));
            }
            boolean local = scheme.equals("qemu") || scheme.equals("qemu+unix");
            return local && parsed.getRawAuthority() == null && "/system".equals(parsed.getPath())
                    ? Optional.of(system())
                    : Optional.empty();
        } catch (java.net.URISyntaxException | java.nio.file.InvalidPathException e) {
            return Optional.empty(); // libvirt will say what is wrong with it
        }
    }

    private static Path system() {
        Path folder = Path.of("/run/libvirt");
        return SYSTEM.stream()
                .map(folder::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElse(folder.resolve(SYSTEM.getLast()));
    }

    /** Why nobody answers there, if so. */
    static Optional<String> problem(Path socket, Duration patience) {
        if (!Files.exists(socket)) {
            return Optional.of(
                    "there is no " + socket
                            + ": libvirtd does not run or is not installed; start it, such as with \"systemctl start libvirtd\", or install it (\"apt install libvirt-daemon-system\")");
        }
        try {
            long end = System.nanoTime() + patience.toNanos();
            Optional<SocketChannel> connected = LocalSocket.connect(socket);
            while (connected.isEmpty()) {
                if (System.nanoTime() > end) {
                    return Optional.of(hangs(socket));
                }
                Thread.sleep(LOOK_AGAIN);
                connected = LocalSocket.connect(socket);
            }
            try (SocketChannel channel = connected.get()) {
                return asked(channel, socket, end);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(hangs(socket));
        } catch (AccessDeniedException | BindException e) { // as which Java tells that one may not connect
            return Optional.of(denied(socket));
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            return Optional.of(
                    why.contains("Permission denied")
                            ? denied(socket)
                            : "cannot connect to " + socket + ": " + why + "; is libvirtd running?");
        }
    }

    private static Optional<String> asked(SocketChannel channel, Path socket, long end) throws IOException {
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            channel.write(question());
            ByteBuffer answer = ByteBuffer.allocate(HEADER_BYTES);
            while (answer.hasRemaining()) {
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    return Optional.of(hangs(socket));
                }
                int ignored = selector.select(left);
                selector.selectedKeys().clear();
                if (channel.read(answer) < 0) {
                    return Optional.of("libvirtd closed the connection at " + socket + " at once; look at its log");
                }
            }
            boolean understood =
                    answer.getInt(Integer.BYTES) == PROGRAM && answer.getInt(HEADER_BYTES - Integer.BYTES) == OK;
            return understood ? Optional.empty() : Optional.of("what answers at " + socket + " is no libvirtd");
        }
    }

    private static String hangs(Path socket) {
        return "libvirtd does not answer at " + socket + ": it hangs; look at its log, or restart it";
    }

    private static String denied(Path socket) {
        return "no permission to use " + socket + ": put " + System.getProperty("user.name")
                + ", whom this host runs as, into the group of that file (such as libvirt), and start the host again";
    }

    private static ByteBuffer question() {
        return ByteBuffer.allocate(HEADER_BYTES)
                .putInt(HEADER_BYTES)
                .putInt(PROGRAM)
                .putInt(VERSION)
                .putInt(AUTH_LIST)
                .putInt(CALL)
                .putInt(SERIAL)
                .putInt(OK)
                .flip();
    }
}
