package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The real {@code qemu-nbd} in front of an image. */
final class NbdPeer implements AutoCloseable {
    static final String EXPORT = "vda";

    final Path socket;
    private final Process process;

    private NbdPeer(Path socket, Process process) {
        this.socket = socket;
        this.process = process;
    }

    /** Serves an image; the socket lies beside it. */
    static NbdPeer serve(Path image, String format, String... more) throws IOException {
        Path socket = image.resolveSibling(image.getFileName() + ".sock");
        List<String> command = new ArrayList<>(List.of(
                "qemu-nbd",
                "--read-only",
                "--persistent",
                "--shared=4",
                "--format",
                format,
                "--export-name",
                EXPORT,
                "--socket",
                socket.toString()));
        command.addAll(List.of(more));
        command.add(image.toString());
        File log = image.resolveSibling(image.getFileName() + ".log").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        await().atMost(Duration.ofSeconds(30)).until(() -> answers(socket) || !process.isAlive());
        assertThat(process.isAlive())
                .as("qemu-nbd lives; it said %s", Files.readString(log.toPath()))
                .isTrue();
        return new NbdPeer(socket, process);
    }

    /** Its socket is there before it listens. */
    static boolean answers(Path socket) {
        try {
            Optional<SocketChannel> channel = LocalSocket.connect(socket);
            if (channel.isPresent()) {
                channel.get().close();
            }
            return channel.isPresent();
        } catch (IOException notYet) {
            return false;
        }
    }

    long pid() {
        return process.pid();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
