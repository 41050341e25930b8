package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaValidatorTest {
    private final Redactor redactor = new Redactor();
    private final Json json = new Json(redactor);
    private final SchemaValidator validator = new SchemaValidator(redactor);

    @Test
    void defaults_are_filled_in_at_every_depth() {
        Map<String, Object> schema = tree("""
                {"type": "object", "properties": {
                  "uri": {"type": "string", "default": "qemu:///system"},
                  "retry": {"type": "object", "default": {}, "properties": {
                     "times": {"type": "integer", "default": 3},
                     "wait": {"type": "object", "default": {}, "properties": {"unit": {"enum": ["s", "ms"], "default": "s"}}}}}}}
                """);
        assertThat(validator.validate(schema, Map.of()))
                .isEqualTo(
                        tree("{\"uri\": \"qemu:///system\", \"retry\": {\"times\": 3, \"wait\": {\"unit\": \"s\"}}}"));
        assertThat(validator.validate(schema, tree("{\"retry\": {\"times\": 5}}")))
                .isEqualTo(
                        tree("{\"uri\": \"qemu:///system\", \"retry\": {\"times\": 5, \"wait\": {\"unit\": \"s\"}}}"));
    }

    @Test
    void what_is_wrong_is_named_by_its_pointer_and_the_value_is_not_shown() {
        Map<String, Object> schema = tree("""
                {"type": "object", "required": ["host"], "additionalProperties": false, "properties": {
                  "host": {"type": "string", "pattern": "^[a-z.]+$"},
                  "port": {"type": "integer", "minimum": 1, "maximum": 65535},
                  "mode": {"enum": ["ro", "rw"]},
                  "servers": {"type": "array", "items": {"type": "object", "properties": {"a/b": {"type": "string", "minLength": 3}}}}}}
                """);
        refused(schema, "{}", "/host", "is missing");
        refused(schema, "{\"host\": \"hunter2!\"}", "/host", "pattern");
        refused(schema, "{\"host\": \"h\", \"port\": \"hunter2\"}", "/port", "type \"integer\"");
        refused(schema, "{\"host\": \"h\", \"port\": 700001}", "/port", "65535");
        refused(schema, "{\"host\": \"h\", \"mode\": \"hunter2\"}", "/mode", "[\"ro\",\"rw\"]");
        refused(schema, "{\"host\": \"h\", \"prot\": \"hunter2\"}", "/prot", "not known");
        refused(
                schema,
                "{\"host\": \"h\", \"servers\": [{\"a/b\": \"h2\"}]}",
                "/servers/0/a~1b",
                "fewer characters than 3");
    }

    @Test
    void a_reference_to_another_document_is_never_fetched() throws Exception {
        try (var listener = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            Map<String, Object> schema = tree("{\"properties\": {\"a\": {\"$ref\": \"http://127.0.0.1:"
                    + listener.getLocalPort() + "/schema.json\"}}}");
            PlugbayException failure =
                    catchThrowableOfType(PlugbayException.class, () -> validator.checkSchema(schema));
            assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_MANIFEST);
            failure =
                    catchThrowableOfType(PlugbayException.class, () -> validator.validate(schema, tree("{\"a\": 1}")));
            assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_MANIFEST);
            listener.setSoTimeout(1);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(listener::accept))
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
        Map<String, Object> file = tree("{\"properties\": {\"a\": {\"$ref\": \"file:///etc/hostname\"}}}");
        assertThat(catchThrowableOfType(PlugbayException.class, () -> validator.checkSchema(file))
                        .code())
                .isEqualTo(ErrorCode.INVALID_MANIFEST);
    }

    @Test
    void a_schema_that_is_none_is_refused_and_a_local_reference_works() {
        assertThat(catchThrowableOfType(
                                PlugbayException.class, () -> validator.checkSchema(tree("{\"type\": \"strnig\"}")))
                        .code())
                .isEqualTo(ErrorCode.INVALID_MANIFEST);
        Map<String, Object> local = tree(
                "{\"properties\": {\"a\": {\"$ref\": \"#/$defs/n\"}}, \"$defs\": {\"n\": {\"type\": \"integer\"}}}");
        validator.checkSchema(local);
        refused(local, "{\"a\": \"x\"}", "/a", "integer");
    }

    @Test
    void secrets_that_pass_by_are_told_to_the_redactor() {
        Map<String, Object> schema = tree("""
                {"properties": {"user": {"type": "string"}, "password": {"type": "string", "writeOnly": true},
                  "nested": {"type": "object", "properties": {"keys": {"type": "array", "items": {"type": "string", "writeOnly": true}}}}}}
                """);
        validator.validate(
                schema,
                tree(
                        "{\"user\": \"somebody\", \"password\": \"hunter2\", \"nested\": {\"keys\": [\"k-111\", \"k-222\"]}}"));
        assertThat(redactor.redact("somebody logs in with hunter2, k-111 or k-222"))
                .isEqualTo("somebody logs in with ********, ******** or ********");
    }

    private void refused(Map<String, Object> schema, String config, String pointer, String why) {
        PlugbayException failure =
                catchThrowableOfType(PlugbayException.class, () -> validator.validate(schema, tree(config)));
        assertThat(failure).as(config).isNotNull();
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(failure.pointer()).as(config).contains(pointer);
        assertThat(failure.detail()).as(config).contains(why);
        assertThat(failure.detail() + failure.details())
                .doesNotContain("hunter2")
                .doesNotContain("700001");
    }

    private Map<String, Object> tree(String text) {
        return json.object(text.getBytes(StandardCharsets.UTF_8));
    }
}
