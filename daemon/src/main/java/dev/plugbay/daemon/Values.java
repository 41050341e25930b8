package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the file and the environment say, by key, and how to understand each kind of value. */
final class Values {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private final Map<Key, Value> values = new LinkedHashMap<>();
    private final String userHome;

    Values(String userHome) {
        this.userHome = userHome;
    }

    /** A value and where it is set. */
    record Value(Node node, String origin) {}

    void put(Key key, Node node, String origin) {
        values.put(key, new Value(node, origin));
    }

    Optional<Value> get(Key key) {
        return Optional.ofNullable(values.get(key));
    }

    Optional<String> text(Key key) {
        return get(key).map(value -> {
            if (value.node() instanceof Node.Scalar(Object scalar, int line) && scalar != null) {
                return scalar.toString();
            }
            throw refusal(key, value, "is one text");
        });
    }

    Optional<Boolean> flag(Key key) {
        return text(key).map(text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refusal(key, "is true or false");
        });
    }

    Optional<Integer> count(Key key) {
        return text(key).map(text -> {
            if (!text.matches("[1-9][0-9]{0,5}")) {
                throw refusal(key, "is a whole number from 1 to 999999");
            }
            return Integer.valueOf(text);
        });
    }

    Optional<Duration> duration(Key key, boolean zeroAllowed) {
        return text(key).map(text -> {
            Matcher matcher = DURATION.matcher(text);
            Duration duration;
            if (text.equals("0")) {
                duration = Duration.ZERO;
            } else if (matcher.matches()) {
                long number = Long.parseLong(matcher.group(1));
                duration = switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                };
            } else {
                throw refusal(key, "is a duration such as 500ms, 30s, 5m or 1h");
            }
            if (duration.isZero() && !zeroAllowed) {
                throw refusal(key, "is a duration longer than zero");
            }
            return duration;
        });
    }

    Optional<List<String>> list(Key key) {
        return get(key).map(value -> {
            if (!(value.node() instanceof Node.Sequence(List<Node> items, int line))) {
                throw refusal(key, value, "is a list");
            }
            List<String> texts = new ArrayList<>();
            for (Node item : items) {
                if (!(item instanceof Node.Scalar(Object scalar, int at)) || scalar == null) {
                    throw refusal(key, value, "is a list of texts");
                }
                texts.add(scalar.toString());
            }
            return texts;
        });
    }

    Optional<List<Path>> paths(Key key) {
        return list(key)
                .map(texts -> texts.stream().map(text -> path(key, text)).toList());
    }

    /** A path with {@code ~} for the user's home folder. */
    Path path(Key key, String text) {
        try {
            String expanded = text.equals("~") || text.startsWith("~/") ? userHome + text.substring(1) : text;
            return Path.of(expanded).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw refusal(key, "is a list of folders");
        }
    }

    /** A refusal of the value that is set for a key; the value itself is not shown. */
    PlugbayException refusal(Key key, String what) {
        return refusal(key, values.getOrDefault(key, new Value(new Node.Scalar(null, 0), "the configuration")), what);
    }

    static PlugbayException refusal(Key key, Value value, String what) {
        return PlugbayException.of(ErrorCode.INVALID_CONFIG, value.origin() + ": " + key.path() + " " + what + ".")
                .pointer(key.pointer())
                .remedy(
                        "Correct it; what was in force stays in force until then. docs/configuration.md describes each key.")
                .build();
    }
}
