package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that owns a port hands it over, and gets it back when the next generation fails. */
class PortTest {
    private static final String MAIN = """
            package acme;
            import dev.plugbay.api.*;
            import java.net.*;
            public final class Main implements Plugin {
                ServerSocket server;
                Thread thread;
                @Override public void acquire(PluginContext context) throws Exception {
                    FAIL
                    server = new ServerSocket(PORT, 50, InetAddress.getLoopbackAddress());
                    ServerSocket listening = server;
                    thread = context.threadFactory().newThread(() -> {
                        while (true) {
                            try (Socket caller = listening.accept()) {
                                caller.getOutputStream().write("@VERSION@".getBytes());
                            } catch (java.io.IOException closed) {
                                return;
                            }
                        }
                    });
                    thread.start();
                }
                @Override public void release(PluginContext context) throws Exception {
                    if (server != null) { server.close(); server = null; thread.join(); }
                    AFTER
                }
            }
            """;
    private static final String EXTENSION = """
            package acme;
            public final class Hello implements dev.plugbay.example.Greeter {
                private final Main main;
                Hello(Main main) { this.main = main; }
                @Override public String greet(String name) { return main.server == null ? "no port" : "port"; }
            }
            """;

    @TempDir
    Path folder;

    private int port;

    @BeforeEach
    void findPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    private Jars plugin(String version, String fail, String after) {
        return Jars.plugin("server", version)
                .source(MAIN.replace("PORT", Integer.toString(port))
                        .replace("FAIL", fail)
                        .replace("AFTER", after))
                .extension(Greeter.class, EXTENSION)
                .host("threads")
                .with("reload", "handover");
    }

    private String who() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_port_passes_from_one_generation_to_the_next_and_is_free_after_a_stop() throws Exception {
        plugin("1.0.0", "", "").to(folder, "server.jar");
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            assertThat(who()).isEqualTo("1.0.0");
            for (int i = 1; i <= 10; i++) {
                plugin("1.0." + i, "", "").to(folder, "server.jar");
                host.reload("server", ReloadOptions.gentle());
                assertThat(who()).isEqualTo("1.0." + i);
                assertThat(host.extension(Greeter.class, "server").greet("x")).isEqualTo("port");
            }
        }
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    void a_port_comes_back_when_the_next_generation_fails_and_is_open_before_the_door_is() throws Exception {
        plugin("1.0.0", "", "").to(folder, "server.jar");
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            plugin("1.1.0", "if (context.version().equals(\"1.1.0\")) throw new IllegalStateException(\"no\");", "")
                    .to(folder, "server.jar");
            PlugbayException refused =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("server", ReloadOptions.gentle()));
            assertThat(refused.code()).isEqualTo(ErrorCode.RELOAD_ROLLED_BACK);
            assertThat(who()).isEqualTo("1.0.0");
            assertThat(host.extension(Greeter.class, "server").greet("x")).isEqualTo("port");
        }
    }

    @Test
    void a_port_that_cannot_be_taken_back_is_told_beside_the_reason_for_the_roll_back() throws Exception {
        // The second time it acquires, on the way back, the old one fails too.
        Jars old = Jars.plugin("server", "1.0.0")
                .source(MAIN.replace("PORT", Integer.toString(port))
                        .replace(
                                "FAIL",
                                "if (again) throw new IllegalStateException(\"somebody else has it\"); again = true;")
                        .replace("AFTER", "")
                        .replace("ServerSocket server;", "ServerSocket server; boolean again;"))
                .extension(Greeter.class, EXTENSION)
                .host("threads")
                .with("reload", "handover");
        old.to(folder, "server.jar");
        try (var host = Plugins.host(folder).hotReload(false).start()) {
            plugin("1.1.0", "if (context.version().equals(\"1.1.0\")) throw new IllegalStateException(\"no\");", "")
                    .to(folder, "server.jar");
            PlugbayException refused =
                    catchThrowableOfType(PlugbayException.class, () -> host.reload("server", ReloadOptions.gentle()));
            assertThat(refused.detail()).contains("acquire failed", ": no", "on the way back", "somebody else has it");
            assertThat(host.extension(Greeter.class, "server").greet("x")).isEqualTo("no port");
        }
    }
}
