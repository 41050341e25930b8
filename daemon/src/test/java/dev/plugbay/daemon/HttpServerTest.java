package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    private final Json json = new Json(new Redactor());
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void start() {
        Requests requests = new Requests(json);
        Routes extra =
                table -> table.get("/echo/{id}/tail", ctx -> requests.reply(ctx, Map.of("id", ctx.pathParam("id"))))
                        .post("/echo", ctx -> requests.reply(ctx, requests.object(ctx)))
                        .get("/fail", ctx -> {
                            throw new IllegalStateException("secret detail");
                        })
                        .get("/die", ctx -> {
                            throw new StackOverflowError("secret detail");
                        });
        server = HttpServer.start(
                "127.0.0.1",
                0,
                new Gate("s3cret"),
                HttpServer.table(List.of(
                        new SystemRoutes(
                                requests,
                                new SystemRoutes.About("1", Path.of("/home"), Instant.EPOCH),
                                () -> true,
                                Optional::empty),
                        extra)),
                json);
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void a_request_without_the_token_is_refused() throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/version"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"code\":\"Unauthenticated\"");
        assertThat(send("GET", "/api/v1/version", "").statusCode()).isEqualTo(200);
    }

    @Test
    void ids_in_paths_may_hold_slashes_blanks_and_percent_signs() throws Exception {
        assertThat(send("GET", "/echo/a%2Fb%20c%25d%2Be+f/tail", "").body()).isEqualTo("{\"id\":\"a/b c%d+e+f\"}");
    }

    @Test
    void what_was_not_foreseen_leaks_nothing() throws Exception {
        for (String path : List.of("/fail", "/die")) {
            HttpResponse<String> answer = send("GET", path, "");
            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("\"code\":\"Internal\"").doesNotContain("secret");
        }
    }

    @Test
    void an_unknown_path_and_a_wrong_method_are_problems() throws Exception {
        HttpResponse<String> unknown = send("GET", "/nothing", "");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("\"code\":\"NotFound\"");
        HttpResponse<String> wrong = send("PUT", "/echo", "{}");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.body()).contains("\"code\":\"InvalidRequest\"");
    }

    @Test
    void malformed_json_is_refused_with_its_position() throws Exception {
        HttpResponse<String> answer = send("POST", "/echo", "{\"a\": 1,\n \"b\": }");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("line 2");
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Authorization", "Bearer s3cret")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
