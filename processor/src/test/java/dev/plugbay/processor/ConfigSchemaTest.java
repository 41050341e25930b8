package dev.plugbay.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigSchemaTest {
    private static final String PLUGIN = """
            package acme;
            import dev.plugbay.api.*;
            @PluginInfo(id = "acme", config = Config.class)
            final class Acme implements Plugin {}
            """;
    private static final String HEAD = """
            package acme;
            import dev.plugbay.api.ConfigValue;
            import java.net.URI;
            import java.nio.file.Path;
            import java.time.Duration;
            import java.util.*;
            enum Mode { FAST, SAFE }
            record Point(int x, @ConfigValue(defaultValue = "2") int y) {}
            record Lax(@ConfigValue(defaultValue = "1") int x, Optional<String> y) {}
            """;

    @TempDir
    private Path folder;

    private Compilation config(String components) {
        return Compilation.in(folder)
                .source(PLUGIN)
                .source("acme/Config.java", HEAD + "record Config(\n" + components + " // here\n) {}");
    }

    private Object property(String component) {
        return config(component).compile().succeeds().at("/configSchema/properties/a");
    }

    private static Object json(String text) {
        return Json.read(text.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "String a|{'type':'string'}",
                "boolean a|{'type':'boolean'}",
                "int a|{'type':'integer','minimum':-2147483648,'maximum':2147483647}",
                "long a|{'type':'integer'}",
                "double a|{'type':'number'}",
                "Mode a|{'type':'string','enum':['FAST','SAFE']}",
                "Path a|{'type':'string','format':'path'}",
                "URI a|{'type':'string','format':'uri-reference'}",
                "Optional<String> a|{'type':'string'}",
                "Optional<Long> a|{'type':'integer'}",
                "List<String> a|{'type':'array','items':{'type':'string'}}",
                "Set<Mode> a|{'type':'array','items':{'type':'string','enum':['FAST','SAFE']},'uniqueItems':true}",
                "Map<String, List<Boolean>> a|{'type':'object','additionalProperties':{'type':'array','items':{'type':'boolean'}}}",
                "@ConfigValue(description = \"What\", secret = true) String a|{'description':'What','type':'string','writeOnly':true}",
                "@ConfigValue(secret = true) Optional<String> a|{'type':'string','writeOnly':true}",
                "@ConfigValue(min = 1, max = 9) int a|{'type':'integer','minimum':1,'maximum':9}",
                "@ConfigValue(min = 1) double a|{'type':'number','minimum':1}",
                "@ConfigValue(min = 1, max = 9) String a|{'type':'string','minLength':1,'maxLength':9}",
                "@ConfigValue(max = 9) Optional<Long> a|{'type':'integer','maximum':9}",
                "@ConfigValue(pattern = \"a+\") String a|{'type':'string','pattern':'^(?:a+)$'}",
                "@ConfigValue(defaultValue = \"x\") String a|{'type':'string','default':'x'}",
                "@ConfigValue(defaultValue = \"7\") String a|{'type':'string','default':'7'}",
                "@ConfigValue(defaultValue = \"7\") long a|{'type':'integer','default':7}",
                "@ConfigValue(defaultValue = \"0.5\") double a|{'type':'number','default':0.5}",
                "@ConfigValue(defaultValue = \"true\") boolean a|{'type':'boolean','default':true}",
                "@ConfigValue(defaultValue = \"SAFE\") Mode a|{'type':'string','enum':['FAST','SAFE'],'default':'SAFE'}",
                "@ConfigValue(defaultValue = \"[1, 2]\") List<Long> a|{'type':'array','items':{'type':'integer'},'default':[1,2]}",
                "@ConfigValue(defaultValue = \"{\\\"k\\\": true}\") Map<String, Boolean> a|{'type':'object','additionalProperties':{'type':'boolean'},'default':{'k':true}}"
            })
    void each_type_has_its_schema(String component, String schema) {
        assertThat(property(component)).isEqualTo(json(schema));
    }

    @Test
    void a_duration_is_a_text_of_which_the_pattern_knows_both_forms() {
        Object schema = property("@ConfigValue(defaultValue = \"30s\") Duration a");
        assertThat(schema).asString().contains("format=plugbay-duration", "default=30s");
        assertThat(java.util.List.of("30s", "1m30s", "500ms", "0", "PT1H", "P1DT2H3M4.5S"))
                .allMatch(text ->
                        text.matches(Texts.DURATION) && Texts.duration(text).isPresent());
        assertThat(java.util.List.of("", "30", "s", "PT", "P", "-1s", "1 s", "PT1", "P1DT"))
                .noneMatch(text -> text.matches(Texts.DURATION));
    }

    @Test
    void a_record_that_may_be_absent_says_so() {
        assertThat(property("Optional<Point> a")).asString().contains("x-optional=true");
        assertThat(property("Point a")).asString().doesNotContain("x-optional");
    }

    @Test
    void a_record_is_an_object_that_says_what_is_required() {
        var result = config(
                        "String uri, Optional<String> user, List<String> tags, @ConfigValue(defaultValue = \"{\\\"x\\\": 1}\") Point at, Point to, Lax lax")
                .compile()
                .succeeds();
        assertThat(result.at("/configSchema/$schema")).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(result.at("/configSchema/type")).isEqualTo("object");
        assertThat(result.at("/configSchema/required")).isEqualTo(json("['uri','to']"));
        assertThat(result.at("/configSchema/additionalProperties")).isEqualTo(false);
        assertThat(result.at("/configSchema/properties/to/required")).isEqualTo(json("['x']"));
        assertThat(result.at("/configSchema/properties/to/additionalProperties"))
                .isEqualTo(false);
        assertThat(result.at("/configSchema/properties/to/properties/y/default"))
                .isEqualTo(2);
        assertThat(result.at("/configSchema/properties/at/default")).isEqualTo(json("{'x':1}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Object",
                "Thread",
                "float",
                "short",
                "char",
                "String[]",
                "java.io.File",
                "java.time.Instant",
                "Map<Integer, String>",
                "List",
                "List<?>",
                "Optional<Optional<String>>",
                "List<Optional<String>>",
                "OptionalInt"
            })
    void a_type_that_no_configuration_can_hold(String type) {
        config(type + " a")
                .compile()
                .failsHere(folder, "a is ", "which no configuration can hold; use String, boolean");
    }

    @Test
    void a_record_that_holds_itself() {
        Compilation.in(folder)
                .source(PLUGIN)
                .source("acme/Config.java", "package acme;\nrecord Config(\njava.util.Optional<Config> a // here\n) {}")
                .compile()
                .failsHere(folder, "Config holds itself");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "defaultValue = 'x'|int|'x' is not an int",
                "defaultValue = '3000000000'|int|3000000000 is not an int",
                "defaultValue = '1.5'|long|1.5 is not a long",
                "defaultValue = 'yes'|boolean|'yes' is not true or false",
                "defaultValue = 'much'|double|'much' is not a number",
                "defaultValue = 'fast'|Mode|'fast' is not one of FAST, SAFE",
                "defaultValue = 'soon'|Duration|'soon' is not a duration, such as 30s",
                "defaultValue = 'a b'|URI|'a b' is not a URI",
                "defaultValue = 'x'|List<String>|'x' is not a JSON list",
                "defaultValue = '[1]'|List<String>|1 is not a text",
                "defaultValue = '[1,1]'|Set<Long>|is not a JSON list without repetition",
                "defaultValue = '{}'|Point|{ } lacks x",
                "defaultValue = '{\"x\":1,\"z\":1}'|Point|Point has no z",
                "defaultValue = '[null]'|List<String>|is not a JSON list",
                "defaultValue = '0', min = 1|int|0 is outside of min and max",
                "defaultValue = 'abc', max = 2|String|'abc' is shorter than min or longer than max",
                "defaultValue = 'b', pattern = 'a+'|String|'b' does not match a+",
                "min = 2, max = 1|int|min of a is above its max",
                "min = -1|String|they cannot be below 0",
                "min = 1|boolean|they are for numbers and String",
                "max = 1|List<String>|they are for numbers and String",
                "max = 3000000000L|int|make it a long",
                "pattern = '('|String|is no regular expression",
                "pattern = 'a'|int|patterns are for String"
            })
    void a_value_that_does_not_fit(String value, String type, String message) {
        String java = value.replace("\"", "\\\"").replace('\'', '"');
        config("@ConfigValue(" + java + ") " + type + " a").compile().failsHere(folder, message.replace('\'', '"'));
    }
}
