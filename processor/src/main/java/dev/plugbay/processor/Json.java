package dev.plugbay.processor;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.json.JsonMapper;

/** JSON as maps, lists, strings, numbers and booleans. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Json() {}

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException when the text is not JSON, with the place
     */
    static Object read(String text) {
        try {
            Object value = MAPPER.readValue(text, Object.class);
            if (value == null) {
                throw new IllegalArgumentException("null is no value");
            }
            return value;
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new IllegalArgumentException(
                    e.getOriginalMessage()
                            + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"),
                    e);
        }
    }

    /** Reads an object; fails as {@link #read}. */
    static Map<String, Object> readObject(String text) {
        if (read(text) instanceof Map<?, ?> map) {
            return object(map);
        }
        throw new IllegalArgumentException("it must be an object, {...}");
    }

    /** A map as one with text for keys, as JSON has. */
    static Map<String, Object> object(Map<?, ?> map) {
        Map<String, Object> object = new LinkedHashMap<>();
        map.forEach((key, value) -> object.put(String.valueOf(key), value));
        return object;
    }

    /** The same bytes for the same value on every system. */
    static String write(Object value) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return MAPPER.writer().with(printer).writeValueAsString(value) + "\n";
    }
}
