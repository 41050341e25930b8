package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    @TempDir
    static Path home;

    private static Daemon daemon;
    private static Rest rest;
    private static JsonNode document;

    @BeforeAll
    static void start() throws Exception {
        daemon = Rest.daemon(home, Map.of());
        rest = new Rest(daemon.url(), daemon.token());
        try (InputStream in = OpenApiTest.class.getResourceAsStream("/openapi.yaml")) {
            document = new YAMLMapper().readTree(in);
        }
    }

    @AfterAll
    static void stop() {
        rest.close();
        daemon.close();
    }

    @Test
    void every_route_is_described_and_everything_described_is_a_route() {
        Set<String> routes = new TreeSet<>();
        daemon.routes().routes().forEach(route -> routes.add(route.method() + " " + route.path()));
        Set<String> described = new TreeSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().propertyNames().forEach(method -> {
                    if (METHODS.contains(method)) {
                        described.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                    }
                }));
        assertThat(described).isEqualTo(routes);
    }

    @Test
    void path_parameters_are_described_and_references_lead_somewhere() {
        document.get("paths").properties().forEach(path -> {
            Set<String> named = new TreeSet<>();
            java.util.regex.Pattern.compile("\\{(\\w+)}")
                    .matcher(path.getKey())
                    .results()
                    .forEach(match -> named.add(match.group(1)));
            Set<String> described = new TreeSet<>();
            for (JsonNode parameter : path.getValue().path("parameters")) {
                JsonNode target = document.at(parameter.get("$ref").asString().substring(1));
                described.add(target.get("name").asString());
                assertThat(target.get("in").asString()).isEqualTo("path");
            }
            assertThat(described).as(path.getKey()).isEqualTo(named);
        });
        for (JsonNode reference : document.findValues("$ref")) {
            assertThat(document.at(reference.asString().substring(1)).isMissingNode())
                    .as(reference.asString())
                    .isFalse();
        }
    }

    @Test
    void what_is_answered_is_what_is_described() throws Exception {
        for (String request : List.of(
                "GET /livez",
                "GET /readyz",
                "GET /openapi.yaml",
                "GET /api/v1/version",
                "GET /api/v1/plugins",
                "GET /api/v1/plugins?limit=0",
                "POST /api/v1/plugins/discover",
                "POST /api/v1/plugins/reload",
                "POST /api/v1/plugins/install",
                "GET /api/v1/providers",
                "GET /api/v1/vms",
                "GET /api/v1/jobs",
                "GET /api/v1/jobs/none",
                "POST /api/v1/exports",
                "GET /api/v1/plugins/none",
                "DELETE /api/v1/plugins/none",
                "POST /api/v1/plugins/none/load",
                "GET /api/v1/plugins/none/config",
                "PATCH /api/v1/plugins/none/config",
                "GET /api/v1/plugins/none/config/schema",
                "GET /api/v1/plugins/none/log",
                "GET /api/v1/plugins/none/health",
                "GET /api/v1/plugins/none/instances",
                "POST /api/v1/plugins/none/enable")) {
            String method = request.split(" ", 2)[0];
            String path = request.split(" ", 2)[1];
            HttpResponse<String> answer = rest.send(method, path, method.equals("GET") ? "" : "{}");
            check(request, method, path.split("\\?", 2)[0].replace("/none", "/{id}"), answer);
        }
    }

    private static void check(String request, String method, String path, HttpResponse<String> answer) {
        JsonNode responses = document.get("paths")
                .get(path)
                .get(method.toLowerCase(java.util.Locale.ROOT))
                .get("responses");
        JsonNode response = responses.path(Integer.toString(answer.statusCode()));
        if (response.isMissingNode()) {
            response = responses.path("default");
        }
        if (response.has("$ref")) {
            response = document.at(response.get("$ref").asString().substring(1));
        }
        String type = answer.headers().firstValue("content-type").orElse("").split(";", 2)[0];
        JsonNode content = response.path("content").path(type);
        assertThat(content.isMissingNode())
                .as("%s answers %s with %s", request, answer.statusCode(), type)
                .isFalse();
        if (type.endsWith("json")) {
            assertThat(schema(content.get("schema")).validate(answer.body(), InputFormat.JSON))
                    .as("%s: %s", request, answer.body())
                    .isEmpty();
        }
    }

    /** The schema, with the document's components as its own. */
    private static Schema schema(JsonNode schema) {
        var root = (tools.jackson.databind.node.ObjectNode) schema.deepCopy();
        root.set("components", document.get("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root);
    }
}
