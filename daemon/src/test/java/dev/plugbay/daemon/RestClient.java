package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Talks to a server as its users do. */
final class RestClient implements AutoCloseable {
    private final Json json = new Json(new Redactor());
    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    RestClient(String url, String token) {
        this.url = url;
        this.token = token;
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + "/api/v1" + path)));
    }

    Answer post(String path, Map<String, Object> body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.write(body))));
    }

    /** Without a body. */
    Answer post(String path) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(url + "/api/v1" + path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(
                request.header("Authorization", "Bearer " + token).build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Location").orElse(""),
                json.object(response.body()));
    }

    @Override
    public void close() {
        client.close();
    }

    /** What came back. */
    record Answer(int status, String location, Map<String, Object> body) {
        @SuppressWarnings("unchecked")
        List<Map<String, Object>> items() {
            assertThat(body).containsKey("items");
            return (List<Map<String, Object>>) Objects.requireNonNull(body.get("items"));
        }
    }
}
