package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML into nodes with their lines. Words such as {@code no} and {@code on} stay text; aliases, second documents and duplicate keys
 * are refused.
 */
final class YamlReader {
    private static final int MOST_CHARACTERS = 1024 * 1024;

    private final YAMLFactory factory = YAMLFactory.builder().build();
    private final String origin;

    /**
     * A reader.
     *
     * @param origin what messages call the text, such as {@code plugbay.yaml}
     */
    YamlReader(String origin) {
        this.origin = origin;
    }

    /**
     * Reads a text whose outermost value is a map; an empty text is an empty map.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_CONFIG} with the line
     */
    Node.Mapping read(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw refusal(1, "is larger than 1 MiB");
        }
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return new Node.Mapping(Map.of(), 1);
            }
            Node node = node(parser);
            if (parser.nextToken() != null) {
                throw refusal(line(parser), "holds more than one document");
            }
            return switch (node) {
                case Node.Mapping mapping -> mapping;
                case Node.Scalar scalar when scalar.value() == null -> new Node.Mapping(Map.of(), 1);
                case Node.Scalar scalar -> throw refusal(scalar.line(), "is not a map of keys and values");
                case Node.Sequence list -> throw refusal(list.line(), "is not a map of keys and values");
            };
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            throw refusal(line, "is not YAML: " + firstLine(e.getOriginalMessage()));
        }
    }

    /** A refusal that says where. */
    PlugbayException refusal(int line, String why) {
        return PlugbayException.of(ErrorCode.INVALID_CONFIG, origin + " line " + line + " " + why + ".")
                .remedy("Correct " + origin + "; what was in force stays in force until then.")
                .detail("line", line)
                .build();
    }

    private Node node(JsonParser parser) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw refusal(line(parser), "uses an alias, which is not supported; write the value out");
        }
        int line = line(parser);
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(parser, line);
            case START_ARRAY -> sequence(parser, line);
            case VALUE_TRUE -> new Node.Scalar(true, line);
            case VALUE_FALSE -> new Node.Scalar(false, line);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Node.Scalar(parser.getNumberValue(), line);
            case VALUE_NULL -> new Node.Scalar(null, line);
            default -> new Node.Scalar(parser.getString(), line);
        };
    }

    private Node mapping(JsonParser parser, int line) {
        Map<String, Node.Mapping.Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            int keyLine = line(parser);
            parser.nextToken();
            if (entries.put(key, new Node.Mapping.Entry(keyLine, node(parser))) != null) {
                throw refusal(keyLine, "has the key \"" + key + "\" for the second time");
            }
        }
        return new Node.Mapping(entries, line);
    }

    private Node sequence(JsonParser parser, int line) {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(parser));
        }
        return new Node.Sequence(items, line);
    }

    private static int line(JsonParser parser) {
        return Math.max(1, parser.currentTokenLocation().getLineNr());
    }

    private static String firstLine(String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }
}
