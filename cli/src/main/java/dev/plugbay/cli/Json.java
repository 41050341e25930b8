package dev.plugbay.cli;

import java.util.Iterator;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as trees: what the host says is shown as it came, so nothing is lost on the way. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static JsonNode read(byte[] bytes) throws JacksonException {
        return MAPPER.readTree(bytes);
    }

    static JsonNode read(String text) throws JacksonException {
        return MAPPER.readTree(text);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** On one line. */
    static String line(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /** Indented, for people and programs alike; lines end the same way on every system. */
    static String pretty(JsonNode node) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        return MAPPER.writer().with(printer).writeValueAsString(node);
    }

    /** A member as text; empty when it is absent. Numbers and booleans are written out. */
    static String text(JsonNode node, String member) {
        return text(node.path(member));
    }

    static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        return value.isContainer() ? line(value) : value.asString("");
    }

    /** The elements of a member that is a list, as one text. */
    static String joined(JsonNode node, String member) {
        StringBuilder text = new StringBuilder();
        for (Iterator<JsonNode> items = node.path(member).iterator(); items.hasNext(); ) {
            text.append(text(items.next())).append(items.hasNext() ? ", " : "");
        }
        return text.toString();
    }

    /** A member that is a whole number. */
    static Optional<Long> number(JsonNode node, String member) {
        JsonNode value = node.path(member);
        return value.isNumber() ? Optional.of(value.asLong()) : Optional.empty();
    }
}
