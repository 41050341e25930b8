package dev.plugbay.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A real HTTP server that answers as the host does: by method and raw path, with or without the query. */
final class FakeHost implements AutoCloseable {
    record Request(String method, String target, String body, String token, String contentType) {}

    private record Answer(int status, String type, String body) {}

    private final HttpServer server;
    private final Map<String, Supplier<Answer>> answers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    FakeHost() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    FakeHost answer(String methodAndTarget, int status, String json) {
        return answer(methodAndTarget, status, () -> json);
    }

    FakeHost answer(String methodAndTarget, int status, Supplier<String> json) {
        answers.put(methodAndTarget, () -> new Answer(status, "application/json", json.get()));
        return this;
    }

    FakeHost stream(String target, String events) {
        answers.put("GET " + target, () -> new Answer(200, "text/event-stream", events));
        return this;
    }

    FakeHost refuse(String methodAndTarget, int status, String code, String detail, String remedy) {
        return answer(
                methodAndTarget,
                status,
                "{\"type\":\"urn:plugbay:problem:" + code + "\",\"title\":\"Refused\",\"status\":" + status
                        + ",\"detail\":\"" + detail + "\",\"code\":\"" + code + "\",\"remedy\":\"" + remedy
                        + "\",\"retryable\":false}");
    }

    List<Request> requests() {
        return requests;
    }

    Request last() {
        return requests.getLast();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String target = exchange.getRequestURI().getRawPath();
        String query = exchange.getRequestURI().getRawQuery();
        String whole = query == null ? target : target + "?" + query;
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(
                exchange.getRequestMethod(),
                whole,
                body,
                String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))));
        Supplier<Answer> found = answers.get(exchange.getRequestMethod() + " " + whole);
        if (found == null) {
            found = answers.getOrDefault(
                    exchange.getRequestMethod() + " " + target,
                    () -> new Answer(
                            404,
                            "application/problem+json",
                            "{\"title\":\"Not found\",\"status\":404,\"code\":\"NotFound\",\"detail\":\"There is nothing.\"}"));
        }
        Answer answer = found.get();
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
