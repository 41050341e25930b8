package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.Trees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The fields of a request's body, read one by one; what is wrong is refused with its pointer. {@code null} counts as absent. */
final class Body {
    private final Map<String, Object> fields;

    private Body(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** A body that may have these fields and no others. */
    static Body of(Map<String, Object> json, String... known) {
        for (String name : json.keySet()) {
            if (!Arrays.asList(known).contains(name)) {
                List<String> near = Nearest.of(name, Arrays.asList(known));
                throw invalid(name, "is not known")
                        .remedy(
                                near.isEmpty()
                                        ? "Known are: " + String.join(", ", known) + "."
                                        : "Did you mean \"" + near.getFirst() + "\"?")
                        .build();
            }
        }
        return new Body(json);
    }

    /** A text that must be there and not be blank. */
    String required(String name) {
        return text(name)
                .orElseThrow(() ->
                        invalid(name, "is missing").remedy("Give it as text.").build());
    }

    /** A text that is not blank. */
    Optional<String> text(String name) {
        Optional<String> text = get(name, String.class, "must be text");
        if (text.isPresent() && text.get().isBlank()) {
            throw invalid(name, "must not be empty").build();
        }
        return text;
    }

    /** A switch; off when absent. */
    boolean flag(String name) {
        return flag(name, false);
    }

    /** A switch. */
    boolean flag(String name, boolean otherwise) {
        return get(name, Boolean.class, "must be true or false").orElse(otherwise);
    }

    /** An object; empty when absent. */
    Map<String, Object> object(String name) {
        return get(name, Map.class, "must be an object").map(Trees::object).orElse(Map.of());
    }

    /** A whole number within a range. */
    OptionalInt number(String name, int least, int most) {
        Optional<Object> value = get(name, Object.class, "");
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.get() instanceof Integer number && number >= least && number <= most) {
            return OptionalInt.of(number);
        }
        throw invalid(name, "must be a whole number from " + least + " to " + most)
                .build();
    }

    /** One of some words, in upper or lower case. */
    <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        Optional<String> word = text(name);
        if (word.isEmpty()) {
            return otherwise;
        }
        for (E value : type.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(word.get())) {
                return value;
            }
        }
        throw invalid(name, "must be one of " + words(type) + ", not \"" + word.get() + "\"")
                .build();
    }

    /** A list of texts; empty when absent. */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object item : get(name, List.class, "must be a list of texts").orElse(List.of())) {
            if (!(item instanceof String text)) {
                throw invalid(name + "/" + texts.size(), "must be text").build();
            }
            texts.add(text);
        }
        return texts;
    }

    /** A map of texts; empty when absent. */
    Map<String, String> textMap(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        Map<?, ?> map = get(name, Map.class, "must be an object of texts").orElse(Map.of());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            if (!(entry.getValue() instanceof String text)) {
                throw invalid(name + "/" + key.replace("~", "~0").replace("/", "~1"), "must be text")
                        .build();
            }
            texts.put(key, text);
        }
        return texts;
    }

    /** Begins a refusal of a field. */
    static PlugbayException.Builder invalid(String field, String why) {
        return PlugbayException.of(ErrorCode.INVALID_REQUEST, "\"" + field + "\" " + why + ".")
                .pointer("/" + field);
    }

    /** The words of an enum, as they are said to people. */
    static <E extends Enum<E>> String words(Class<E> type) {
        return String.join(
                ", ",
                Arrays.stream(type.getEnumConstants())
                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    private <T> Optional<T> get(String name, Class<T> type, String must) {
        @Nullable Object value = fields.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw invalid(name, must).build();
        }
        return Optional.of(type.cast(value));
    }
}
