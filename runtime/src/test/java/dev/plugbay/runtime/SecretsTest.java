package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretsTest {
    private static final Map<String, Object> SCHEMA = tree("""
            {"type": "object", "properties": {
              "user": {"type": "string"},
              "password": {"type": "string", "writeOnly": true},
              "pin": {"type": "integer", "writeOnly": true},
              "targets": {"type": "array", "items": {"type": "object", "properties": {
                "name": {"type": "string"}, "token": {"type": "string", "writeOnly": true}}}},
              "keys": {"type": "array", "items": {"type": "string", "writeOnly": true}},
              "named": {"type": "object", "additionalProperties": {"type": "string", "writeOnly": true}},
              "other": {"$ref": "#/$defs/login"},
              "either": {"oneOf": [{"type": "integer"}, {"type": "string", "writeOnly": true}]}},
             "$defs": {"login": {"properties": {"secret": {"writeOnly": true}, "again": {"$ref": "#/$defs/login"}}}}}
            """);

    private static final Map<String, Object> CONFIG = tree("""
            {"user": "u", "password": "${env:PW}", "pin": 1234,
             "targets": [{"name": "a", "token": "ta"}, {"name": "b", "token": "tb"}],
             "keys": ["k1", "k2"], "named": {"x": "nx"},
             "other": {"secret": ["s", {"deep": "d"}], "again": {"secret": "s2"}}, "either": "e"}
            """);

    private static final Map<String, Object> MASKED = tree("""
            {"user": "u", "password": "********", "pin": "********",
             "targets": [{"name": "a", "token": "********"}, {"name": "b", "token": "********"}],
             "keys": ["********", "********"], "named": {"x": "********"},
             "other": {"secret": "********", "again": {"secret": "********"}}, "either": "********"}
            """);

    @Test
    void every_secret_is_masked_wherever_it_stands() {
        assertThat(Secrets.mask(SCHEMA, CONFIG)).isEqualTo(MASKED);
    }

    @Test
    void masks_put_back_keep_what_is_stored() {
        assertThat(Secrets.unmask(SCHEMA, MASKED, CONFIG)).isEqualTo(CONFIG);
    }

    @Test
    void new_secrets_replace_stored_ones_and_a_mask_that_is_no_secret_stays() {
        assertThat(Secrets.unmask(SCHEMA, Map.of("user", Secrets.MASK, "password", "new"), CONFIG))
                .isEqualTo(Map.of("user", Secrets.MASK, "password", "new"));
    }

    @Test
    void a_mask_for_nothing_stored_is_refused() {
        assertThat(refused("{\"password\": \"********\"}", "{}")).isEqualTo("/password");
        assertThat(refused("{\"named\": {\"y\": \"********\"}}", "{\"named\": {\"x\": \"1\"}}"))
                .isEqualTo("/named/y");
        assertThat(refused("{\"keys\": [\"********\", \"********\"]}", "{\"keys\": [\"1\"]}"))
                .isEqualTo("/keys/1");
    }

    @Test
    void items_that_moved_keep_their_own_secrets() {
        Map<String, Object> next = tree("{\"targets\": [{\"name\": \"b\", \"token\": \"********\"}]}");
        assertThat(Secrets.unmask(SCHEMA, next, CONFIG))
                .isEqualTo(tree("{\"targets\": [{\"name\": \"b\", \"token\": \"tb\"}]}"));

        Map<String, Object> renamed = tree("{\"targets\": [{\"name\": \"c\", \"token\": \"********\"},"
                + " {\"name\": \"b\", \"token\": \"********\"}]}");
        assertThat(Secrets.unmask(SCHEMA, renamed, CONFIG))
                .isEqualTo(tree(
                        "{\"targets\": [{\"name\": \"c\", \"token\": \"ta\"}, {\"name\": \"b\", \"token\": \"tb\"}]}"));

        assertThat(refused(
                        "{\"targets\": [{\"name\": \"c\", \"token\": \"********\"}]}",
                        "{\"targets\": [{\"name\": \"a\", \"token\": \"1\"}, {\"name\": \"b\", \"token\": \"2\"}]}"))
                .isEqualTo("/targets/0/token");
    }

    @Test
    void the_texts_of_all_secrets_are_known_for_logs() {
        assertThat(Secrets.values(SCHEMA, CONFIG))
                .containsExactlyInAnyOrder("${env:PW}", "ta", "tb", "k1", "k2", "nx", "s", "d", "s2", "e");
    }

    @Test
    void what_a_plugin_says_is_told_without_its_secrets() {
        Map<String, Object> config =
                tree("{\"password\": \"hunter2\", \"targets\": [{\"name\": \"box\", \"token\": \"hunter22\"}]}");
        assertThat(Secrets.hide("box refused hunter22 and hunter2", SCHEMA, config))
                .isEqualTo("box refused ******** and ********");
    }

    private static String refused(String next, String stored) {
        PlugbayException failure =
                catchThrowableOfType(PlugbayException.class, () -> Secrets.unmask(SCHEMA, tree(next), tree(stored)));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
        return failure.pointer().orElseThrow();
    }

    private static Map<String, Object> tree(String json) {
        return Json.parse(json) instanceof Map<?, ?> map ? Trees.object(map) : Map.of();
    }
}
