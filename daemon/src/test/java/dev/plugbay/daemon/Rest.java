package dev.plugbay.daemon;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of a daemon, for tests. */
final class Rest implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper mapper = new JsonMapper();
    private final String url;
    private final String token;

    Rest(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /** A daemon in this process, on a free port, that looks for plugins in its home only. */
    static Daemon daemon(Path home, Map<String, String> environment) {
        Map<String, String> variables = new java.util.HashMap<>(environment);
        variables.putIfAbsent("PLUGBAY_PLUGINS_FOLDERS", home.resolve("plugins").toString());
        return Daemon.start(
                new DaemonOptions(home, OptionalInt.of(0), false, Optional.empty(), variables, home.toString()));
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode get(String path) throws Exception {
        return mapper.readTree(send("GET", path, "").body());
    }

    JsonNode json(HttpResponse<String> answer) {
        return mapper.readTree(answer.body());
    }

    /** The lines of an answer that goes on; begun when this returns. */
    BufferedReader stream(String path) throws Exception {
        InputStream body = client.send(request(path).build(), HttpResponse.BodyHandlers.ofInputStream())
                .body();
        return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    HttpClient client() {
        return client;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        client.close();
    }
}
