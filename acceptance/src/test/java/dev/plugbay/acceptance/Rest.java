package dev.plugbay.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to a daemon as any program may. Paths are those below {@code /api/v1}. */
final class Rest implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper mapper = new JsonMapper();
    private final String url;
    private final String token;

    Rest(String url, String token) {
        this.url = url + "/api/v1";
        this.token = token;
    }

    /** Asks, whatever comes back. */
    Answer send(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + token)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(), response.body(), response.headers().map());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Answer post(String path) {
        return send("POST", path, "");
    }

    JsonNode get(String path) {
        Answer answer = send("GET", path, "");
        assertThat(answer.status()).as("GET %s: %s", path, answer).isEqualTo(200);
        return answer.json();
    }

    JsonNode plugin(String id) {
        return get("/plugins/" + id);
    }

    /** Begins an export and answers with the job's path. */
    String export(String vm, java.nio.file.Path target) {
        Answer accepted = send(
                "POST", "/exports", mapper.writeValueAsString(java.util.Map.of("vm", vm, "target", target.toString())));
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        return "/jobs/" + accepted.json().get("id").asString();
    }

    @Override
    public void close() {
        client.close();
    }

    /** What came back. */
    record Answer(int status, String body, Map<String, List<String>> headers) {
        /** A header's first value; empty where there is none. */
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of(""))
                    .getFirst();
        }

        JsonNode json() {
            return new JsonMapper().readTree(body);
        }
    }
}
