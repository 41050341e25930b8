package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who else may be found where libvirtd should be; libvirtd itself is in the other tests. */
class DaemonSocketTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("sock")));
    }

    private String problem(Duration patience) {
        return DaemonSocket.problem(folder.resolve("sock"), patience).orElse("none");
    }

    @Test
    void nobody_is_told_with_what_to_start_or_install() {
        assertThat(problem(LONG)).contains("there is no", "systemctl start libvirtd", "apt install");
    }

    @Test
    void one_who_ended_is_asked_for() throws IOException {
        listen().close();
        assertThat(problem(LONG)).contains("cannot connect", "is libvirtd running?");
    }

    @Test
    void one_who_says_nothing_hangs() throws IOException {
        try (ServerSocketChannel silent = listen()) {
            assertThat(silent.isOpen()).isTrue();
            assertThat(problem(Duration.ofMillis(100))).contains("it hangs");
        }
    }

    /** Its queue is full, so the system itself keeps those who come. */
    @Test
    void one_who_accepts_nobody_hangs_too() throws IOException {
        List<SocketChannel> before = new ArrayList<>();
        try (ServerSocketChannel full = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(folder.resolve("sock")), 1)) {
            assertThat(full.isOpen()).isTrue();
            for (Optional<SocketChannel> one = LocalSocket.connect(folder.resolve("sock"));
                    one.isPresent();
                    one = LocalSocket.connect(folder.resolve("sock"))) {
                before.add(one.get());
            }
            assertThat(problem(Duration.ofMillis(100))).contains("it hangs");
            PluginException failure = catchThrowableOfType(
                    PluginException.class, () -> NbdDisk.open(folder.resolve("sock"), "any", Duration.ofMillis(100)));
            assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("silent");
        } finally {
            for (SocketChannel one : before) {
                one.close();
            }
        }
    }

    @Test
    void one_who_hangs_up_is_said_to() throws Exception {
        try (ServerSocketChannel rude = listen()) {
            Thread server = Thread.ofPlatform().start(() -> {
                try (SocketChannel client = rude.accept()) {
                    int _ = client.read(ByteBuffer.allocate(1));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(problem(LONG)).containsAnyOf("closed the connection", "reset");
            server.join();
        }
    }

    @Test
    void one_who_answers_something_else_is_no_libvirtd() throws Exception {
        try (ServerSocketChannel other = listen()) {
            Thread server = Thread.ofPlatform().start(() -> {
                try (SocketChannel client = other.accept()) {
                    int _ = client.read(ByteBuffer.allocate(1024));
                    int _ = client.write(ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\nServer: other"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(problem(LONG)).contains("is no libvirtd");
            server.join();
        }
    }

    @Test
    void the_socket_is_known_of_local_connections_only() throws IOException {
        Path sock = Files.createFile(folder.resolve("sock"));
        assertThat(DaemonSocket.of("qemu+unix:///system?socket=" + sock)).contains(sock);
        assertThat(DaemonSocket.of("qemu:///system")).isPresent();
        assertThat(DaemonSocket.of("qemu+ssh://far.example/system")).isEmpty();
        assertThat(DaemonSocket.of("qemu+ssh://far.example/system?socket=/run/x"))
                .isEmpty();
        assertThat(DaemonSocket.of("qemu:///session")).isEmpty();
        assertThat(DaemonSocket.of("test:///default")).isEmpty();
        assertThat(DaemonSocket.of("no uri at all")).isEmpty();
    }
}
