package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicConfigValidatorTest {
    private final BasicConfigValidator validator = new BasicConfigValidator();

    private static final String SCHEMA = """
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "x-any": 1,
             "properties": {
               "folder": {"type": "string", "format": "path", "description": "where"},
               "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 80},
               "ratio": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
               "mode": {"enum": ["fast", 2]},
               "one": {"const": {"a": 1}},
               "name": {"type": ["string", "null"], "minLength": 2, "maxLength": 3, "pattern": "^[a-z\\ud83d\\ude00]+$"},
               "found": {"type": "string", "pattern": "b+"},
               "uri": {"type": "string", "format": "uri"},
               "pause": {"type": "string", "format": "plugbay-duration", "default": "30s"},
               "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2, "uniqueItems": true},
               "any": {"type": "array", "uniqueItems": true},
               "named": {"type": "object", "additionalProperties": {"type": "boolean"}},
               "token": {"type": "string", "writeOnly": true, "minLength": 20},
               "server": {"type": "object", "properties": {
                 "host": {"type": "string", "default": "localhost"}, "port": {"type": "integer"}},
                 "additionalProperties": false},
               "login": {"type": "object", "properties": {
                 "user": {"type": "string"}, "retries": {"type": "integer", "default": 3}}, "required": ["user"]},
               "list": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer", "default": 1}}}}
             },
             "required": ["folder"], "additionalProperties": false}
            """;

    @Test
    void defaults_are_filled_in_nested_ones_too() {
        assertThat(valid("{\"folder\": \"/x\", \"list\": [{}, {\"n\": 2}]}")).isEqualTo(tree("""
                        {"folder": "/x", "list": [{"n": 1}, {"n": 2}], "port": 80, "pause": "30s",
                         "server": {"host": "localhost"}}
                        """));
        assertThat(valid("{\"folder\": \"/x\", \"port\": 1, \"login\": {\"user\": \"u\"}, \"server\": {\"port\": 5}}"))
                .containsEntry("login", Map.of("user", "u", "retries", 3L))
                .containsEntry("server", Map.of("host", "localhost", "port", 5L))
                .containsEntry("port", 1L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"port\": 3.0",
                "\"port\": 65535",
                "\"ratio\": 0.5",
                "\"mode\": \"fast\"",
                "\"mode\": 2.0",
                "\"one\": {\"a\": 1.0}",
                "\"name\": null",
                "\"name\": \"\\ud83d\\ude00\\ud83d\\ude00\\ud83d\\ude00\"",
                "\"found\": \"abbc\"",
                "\"uri\": \"https://h/p?q\"",
                "\"pause\": \"PT5M\"",
                "\"tags\": [\"a\", \"b\"]",
                "\"any\": [1, \"1\", true, null]",
                "\"named\": {\"a\": true}"
            })
    void values_that_fit_are_accepted(String member) {
        assertThat(valid("{\"folder\": \"/x\", " + member + "}")).containsKey("folder");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                           | /folder   | must be set
            {"folder": 987123}                           | /folder   | must be text
            {"folder": null}                             | /folder   | must be text
            {"folder": "/x", "port": 987123}             | /port     | must be at most 65535
            {"folder": "/x", "port": 0}                  | /port     | must be at least 1
            {"folder": "/x", "port": "987123"}           | /port     | must be a whole number
            {"folder": "/x", "port": 2.5}                | /port     | must be a whole number
            {"folder": "/x", "ratio": 0}                 | /ratio    | must be more than 0
            {"folder": "/x", "ratio": 1.0}               | /ratio    | must be less than 1
            {"folder": "/x", "mode": "987123"}           | /mode     | must be one of: "fast", 2
            {"folder": "/x", "one": {"a": 2}}            | /one      | must be {"a":1}
            {"folder": "/x", "name": "a"}                | /name     | must have at least 2 characters
            {"folder": "/x", "name": "abcd"}             | /name     | must have at most 3 characters
            {"folder": "/x", "name": "aA"}               | /name     | must match
            {"folder": "/x", "name": "ab\\n"}            | /name     | must match
            {"folder": "/x", "name": 1}                  | /name     | must be text or null
            {"folder": "/x", "found": "987123"}          | /found    | must match b+
            {"folder": "/x", "uri": "987123"}            | /uri      | must be a URI
            {"folder": "/x", "pause": "987123"}          | /pause    | must be a length of time
            {"folder": "\\u0000987123"}                  | /folder   | must be a path
            {"folder": "/x", "tags": []}                 | /tags     | must have at least 1
            {"folder": "/x", "tags": ["1", "2", "3"]}    | /tags     | must have at most 2
            {"folder": "/x", "tags": ["a", "a"]}         | /tags/1   | must not stand twice
            {"folder": "/x", "any": [{"a": 1}, {"a": 1.0}]} | /any/1 | must not stand twice
            {"folder": "/x", "tags": ["a", 987123]}      | /tags/1   | must be text
            {"folder": "/x", "named": {"a/b": 987123}}   | /named/a~1b | must be true or false
            {"folder": "/x", "token": "987123"}          | /token    | must have at least 20 characters
            {"folder": "/x", "server": {"hosts": "987123"}} | /server/hosts | is not known
            {"folder": "/x", "login": {}}                | /login/user | must be set
            {"folder": "/x", "folders": 987123}          | /folders  | is not known
            """)
    void what_does_not_fit_is_named_without_its_value(String config, String pointer, String what) {
        PlugbayException failure =
                catchThrowableOfType(PlugbayException.class, () -> validator.validate(tree(SCHEMA), tree(config)));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(failure.pointer()).hasValue(pointer);
        assertThat(failure.getMessage()).startsWith(pointer + " " + what).doesNotContain("987123");
        assertThat(failure.remedy())
                .hasValueSatisfying(remedy -> assertThat(remedy)
                        .matches("(?s)(Set it to |Did you mean |Remove it).*")
                        .doesNotContain("987123"));
    }

    @Test
    void an_optional_record_that_is_absent_stays_absent() {
        String record = "{\"type\": \"object\", \"properties\": {\"n\": {\"default\": 1}}, \"x-optional\": ";
        assertThat(validator.validate(tree("{\"properties\": {\"a\": " + record + "true}}}"), Map.of()))
                .isEmpty();
        assertThat(validator.validate(tree("{\"properties\": {\"a\": " + record + "false}}}"), Map.of()))
                .isEqualTo(Map.of("a", Map.of("n", 1L)));
    }

    @Test
    void whole_numbers_of_every_java_type_are_accepted_and_others_are_not_numbers() {
        Map<String, Object> schema = tree("{\"properties\": {\"n\": {\"type\": \"integer\"}}}");
        for (Object n : new Object[] {1, 1L, BigInteger.ONE.shiftLeft(80), 3.0, -2.0f}) {
            assertThat(validator.validate(schema, Map.of("n", n))).containsEntry("n", n);
        }
        for (Object n : new Object[] {1.5, Double.NaN, Float.POSITIVE_INFINITY}) {
            assertThat(catchThrowableOfType(PlugbayException.class, () -> validator.validate(schema, Map.of("n", n)))
                            .pointer())
                    .hasValue("/n");
        }
    }

    @Test
    void a_schema_with_known_keywords_is_accepted() {
        assertThatCode(() -> validator.checkSchema(tree(SCHEMA))).doesNotThrowAnyException();
        assertThatCode(() -> validator.checkSchema(Map.of())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"oneOf": []}                                          | /oneOf
            {"properties": {"a": {"minimun": 1}}}                  | /properties/a/minimun
            {"properties": {"a": {"items": {"$ref": "#"}}}}        | /properties/a/items/$ref
            {"additionalProperties": {"not": {}}}                  | /additionalProperties/not
            {"properties": {"a": true}}                            | /properties/a
            {"type": "text"}                                       | /type
            {"type": []}                                           | /type
            {"required": "a"}                                      | /required
            {"enum": []}                                           | /enum
            {"minimum": "1"}                                       | /minimum
            {"minLength": -1}                                      | /minLength
            {"uniqueItems": 1}                                     | /uniqueItems
            {"pattern": "("}                                       | /pattern
            {"properties": {"a": {"type": "string", "default": 1}}} | /properties/a/default
            """)
    void a_schema_that_could_not_be_enforced_is_refused_by_name(String schema, String pointer) {
        PlugbayException failure =
                catchThrowableOfType(PlugbayException.class, () -> validator.checkSchema(tree(schema)));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_MANIFEST);
        assertThat(failure.pointer()).hasValue(pointer);
        assertThat(failure.getMessage()).startsWith(pointer);
        assertThat(failure.remedy()).isPresent();
    }

    @Test
    void a_pattern_that_would_never_end_is_given_up() {
        Map<String, Object> schema = tree("{\"properties\": {\"a\": {\"pattern\": \"^(([a-z])+.)+[A-Z]([a-z])+$\"}}}");
        long start = System.nanoTime();
        assertThat(catchThrowableOfType(
                                PlugbayException.class, () -> validator.validate(schema, Map.of("a", "a".repeat(200))))
                        .pointer())
                .hasValue("/a");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    private Map<String, Object> valid(String config) {
        return validator.validate(tree(SCHEMA), tree(config));
    }

    private static Map<String, Object> tree(String json) {
        return Json.parse(json) instanceof Map<?, ?> map ? Trees.object(map) : Map.of();
    }
}
