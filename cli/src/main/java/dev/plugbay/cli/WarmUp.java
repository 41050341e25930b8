package dev.plugbay.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Runs the usual commands against a little server in this process, while Java records which classes they need: from
 * that record the launcher makes the start-up cache. Touches nothing outside this process.
 */
public final class WarmUp {
    private static final String VM =
            "{\"items\":[{\"provider\":\"p\",\"id\":\"a\",\"name\":\"a\",\"powerState\":\"STOPPED\","
                    + "\"memoryMiB\":1,\"disks\":[{\"id\":\"d\",\"capacityBytes\":1048576}]}]}";
    private static final String PLUGIN = "{\"items\":[{\"id\":\"p\",\"version\":\"1.0.0\",\"state\":\"RUNNING\","
            + "\"generation\":1,\"health\":{\"level\":\"HEALTHY\"}}]}";

    private WarmUp() {}

    /** Runs them. */
    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "/api/v1/vms", 200, VM);
        answer(server, "/api/v1/plugins", 200, PLUGIN);
        answer(server, "/api/v1/version", 200, "{\"version\":\"1.0.0\"}");
        answer(server, "/", 404, "{\"code\":\"NotFound\",\"status\":404,\"title\":\"Not found\",\"detail\":\"none\"}");
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
            Console console = new Console(
                    new ByteArrayInputStream(new byte[0]),
                    nowhere,
                    nowhere,
                    false,
                    false,
                    Map.of("PLUGBAY_URL", url, "PLUGBAY_TOKEN", "warm-up", "PLUGBAY_HOME", "/nonexistent"));
            Cli cli = new Cli(console);
            for (String[] command : new String[][] {
                {"version"}, {"vms"}, {"vms", "--json"}, {"plugins"}, {"plugins", "show", "p"}, {"--help"}, {"nonsense"}
            }) {
                cli.run(command);
            }
        } finally {
            server.stop(0);
        }
    }

    private static void answer(HttpServer server, String path, int status, String json) {
        server.createContext(path, exchange -> {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }
}
