package dev.plugbay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
    private FakeHost host;

    @BeforeEach
    void start() throws IOException {
        host = new FakeHost();
        host.answer("GET /api/v1/plugins/x/config", 200, "{\"port\":1,\"tls\":{\"on\":true}}");
        host.answer("PATCH /api/v1/plugins/x/config", 200, "{}");
        host.answer("PUT /api/v1/plugins/x/config", 200, "{}");
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void get_prints_all_or_one_value() {
        assertThat(Json.read(Run.of(host, "config", "get", "x").out()))
                .isEqualTo(Json.read("{\"port\":1,\"tls\":{\"on\":true}}"));
        assertThat(Run.of(host, "config", "get", "x", "tls.on").out()).isEqualTo("true\n");
        assertThat(Run.of(host, "config", "get", "x", "tls.off").exit()).isEqualTo(ExitCodes.NOT_FOUND);
    }

    @Test
    void set_sends_a_merge_patch_with_typed_values_and_nested_keys() {
        Run run = Run.of(
                host,
                "config",
                "set",
                "x",
                "port=7",
                "tls.on=false",
                "tls.name=a b=c",
                "list=[1,2]",
                "gone=null",
                "quoted=\"7\"",
                "empty=");

        assertThat(run.exit()).isZero();
        assertThat(host.last().contentType()).isEqualTo("application/merge-patch+json");
        assertThat(Json.read(host.last().body()))
                .isEqualTo(
                        Json.read(
                                "{\"port\":7,\"tls\":{\"on\":false,\"name\":\"a b=c\"},\"list\":[1,2],\"gone\":null,\"quoted\":\"7\",\"empty\":\"\"}"));
    }

    @Test
    void a_secret_comes_from_stdin_as_text_and_is_shown_nowhere() {
        Run run = Run.with(Map.of("PLUGBAY_URL", host.url()), "12345\n", "config", "set", "x", "password=@-");

        assertThat(Json.read(host.last().body())).isEqualTo(Json.read("{\"password\":\"12345\"}"));
        assertThat(run.out() + run.err()).doesNotContain("12345");
        assertThat(Run.of(host, "config", "set", "x", "a=@-", "b=@-").exit()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void a_file_replaces_the_whole_configuration(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("c.json"), "{\"port\": 9}");

        assertThat(Run.of(host, "config", "set", "x", "--file", file.toString()).exit())
                .isZero();
        assertThat(host.last().method()).isEqualTo("PUT");
        assertThat(Json.read(host.last().body())).isEqualTo(Json.read("{\"port\":9}"));
        Files.writeString(file, "{\"password\": \"hush\"");
        Run broken = Run.of(host, "config", "set", "x", "--file", file.toString());
        assertThat(broken.exit()).isEqualTo(ExitCodes.USAGE);
        assertThat(broken.err()).doesNotContain("hush");
        assertThat(Run.of(host, "config", "set", "x").exit()).isEqualTo(ExitCodes.USAGE);
        assertThat(Run.of(host, "config", "set", "x", "novalue").exit()).isEqualTo(ExitCodes.USAGE);
    }
}
