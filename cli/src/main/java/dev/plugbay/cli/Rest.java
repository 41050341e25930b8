package dev.plugbay.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The host's REST interface, seen from outside. A refusal becomes a {@link Failure} with the problem that was sent. */
final class Rest implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration CLOSE = Duration.ofMillis(200);
    // A life-cycle request answers when the plugin is published or refused; its hooks may take half a minute each.
    private static final Duration ANSWER = Duration.ofMinutes(5);

    private final Address address;
    private final HttpClient http;

    Rest(Address address) {
        this.address = address;
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        if (address.url().startsWith("http:")) {
            client.sslContext(trustingNobody());
        }
        this.http = client.build();
    }

    /** Without encryption there are no certificates to check; to read the usual ones takes longer than most requests. */
    private static SSLContext trustingNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    /** Ends the client's threads: Java waits 0.3 s at its end for those that it finds in the middle of a system call. */
    @Override
    public void close() {
        http.shutdownNow();
        try {
            http.awaitTermination(CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Address address() {
        return address;
    }

    JsonNode get(String path) {
        return json(request(path).GET());
    }

    JsonNode post(String path) {
        return json(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    JsonNode post(String path, JsonNode body) {
        return json(withBody(path, body, "application/json", "POST"));
    }

    JsonNode put(String path, JsonNode body) {
        return json(withBody(path, body, "application/json", "PUT"));
    }

    /** As {@link #put(String, JsonNode)}, with further headers. */
    JsonNode put(String path, JsonNode body, Map<String, String> headers) {
        HttpRequest.Builder request = withBody(path, body, "application/json", "PUT");
        headers.forEach(request::header);
        return json(request);
    }

    /** Sends a merge patch. */
    JsonNode patch(String path, JsonNode body) {
        return json(withBody(path, body, "application/merge-patch+json", "PATCH"));
    }

    JsonNode delete(String path) {
        return json(request(path).DELETE());
    }

    /** Sends a body of any kind. */
    JsonNode post(String path, String contentType, HttpRequest.BodyPublisher body) {
        return json(request(path).header("Content-Type", contentType).POST(body));
    }

    /** All items of a list, page by page, as one {@code {"items": [...]}} with whatever else the last page says. */
    ObjectNode list(String path, List<Map.Entry<String, String>> query, int most) {
        ArrayNode items = Json.object().arrayNode();
        ArrayNode warnings = Json.object().arrayNode();
        String cursor = "";
        ObjectNode whole = Json.object();
        do {
            int limit = Math.min(1000, most - items.size());
            StringBuilder asked = new StringBuilder(path).append("?limit=").append(limit);
            query.forEach(given ->
                    asked.append('&').append(given.getKey()).append('=').append(encode(given.getValue())));
            if (!cursor.isEmpty()) {
                asked.append("&cursor=").append(encode(cursor));
            }
            JsonNode page = get(asked.toString());
            page.path("items").forEach(items::add);
            page.path("warnings").forEach(warnings::add);
            String next = Json.text(page, "next");
            cursor = next.equals(cursor) ? "" : next;
        } while (!cursor.isEmpty() && items.size() < most);
        whole.set("items", items);
        if (!warnings.isEmpty()) {
            whole.set("warnings", warnings);
        }
        return whole;
    }

    /** The status of a request whose answer does not matter. */
    int status(String path) {
        return send(request(path).GET(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Opens a stream that the host goes on writing to. */
    InputStream stream(String path, String accept) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).header("Accept", accept);
        authorise(request);
        HttpResponse<InputStream> response = send(request.GET(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() >= 400) {
            try (InputStream body = response.body()) {
                throw refusal(response.statusCode(), body.readAllBytes());
            } catch (IOException e) {
                throw address.unreachable(reason(e));
            }
        }
        return response.body();
    }

    /** Part of a path: an id, in which every character but letters, digits and {@code - _ . ~} is encoded. */
    static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    private HttpRequest.Builder withBody(String path, JsonNode body, String type, String method) {
        return request(path)
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).timeout(ANSWER).header("Accept", "application/json");
        authorise(request);
        return request;
    }

    private URI uri(String path) {
        return URI.create(address.url() + path);
    }

    private void authorise(HttpRequest.Builder request) {
        address.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    }

    private JsonNode json(HttpRequest.Builder request) {
        HttpResponse<byte[]> response = send(request, HttpResponse.BodyHandlers.ofByteArray());
        byte[] body = response.body();
        if (response.statusCode() >= 400) {
            throw refusal(response.statusCode(), body);
        }
        if (body.length == 0) {
            return Json.object();
        }
        try {
            return Json.read(body);
        } catch (JacksonException e) {
            throw Failure.of(
                    "Internal",
                    500,
                    "Answer is not understood",
                    "What answers at " + address.url() + " does not speak as a Plugbay host does.",
                    "Check the address given by --url or PLUGBAY_URL.");
        }
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request.build(), handler);
        } catch (HttpTimeoutException e) {
            throw address.unreachable("it does not answer in time");
        } catch (IOException e) {
            throw address.unreachable(reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.of("CallCancelled", 409, "Cancelled", "The command was interrupted.", "");
        }
    }

    private Failure refusal(int status, byte[] body) {
        try {
            if (Json.read(body) instanceof ObjectNode problem && problem.has("code")) {
                return Failure.of(problem);
            }
        } catch (JacksonException e) {
            // not a problem document: said below
        }
        return Failure.of(
                status == 404
                        ? "NotFound"
                        : status == 401 ? "Unauthenticated" : status >= 500 ? "Internal" : "InvalidRequest",
                status,
                "Host refused",
                "What answers at " + address.url() + " refused with HTTP status " + status + ".",
                "Check that the address is that of a Plugbay host of this version.");
    }

    private static String reason(IOException e) {
        return e instanceof ConnectException ? "connection refused" : "the connection broke";
    }
}
