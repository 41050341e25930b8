package dev.plugbay.processor;

import dev.plugbay.api.ConfigValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;

/** Describes a configuration record as JSON Schema (2020-12), and checks its {@link ConfigValue}s. */
final class ConfigSchema {
    private final Env env;
    private final List<TypeElement> path = new ArrayList<>();

    ConfigSchema(Env env) {
        this.env = env;
    }

    Map<String, Object> of(TypeElement config) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.putAll(object(config));
        return schema;
    }

    private Map<String, Object> object(TypeElement type) {
        Map<String, Object> schema = new LinkedHashMap<>();
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        path.add(type);
        for (RecordComponentElement component : type.getRecordComponents()) {
            Element place = place(type, component);
            ConfigType.of(env, component.asType())
                    .ifPresentOrElse(
                            known -> {
                                Optional<Mark> mark = Mark.find(env, component, ConfigValue.class);
                                properties.put(component.getSimpleName().toString(), property(known, mark, place));
                                if (isRequired(env, component)) {
                                    required.add(component.getSimpleName().toString());
                                }
                            },
                            () -> refuse(component, place));
        }
        path.removeLast();
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    /** Whether a configuration must have it. A record is made of its own defaults, so it is needed for what it must have inside. */
    static boolean isRequired(Env env, RecordComponentElement component) {
        return isRequired(env, component, Set.of());
    }

    private static boolean isRequired(Env env, RecordComponentElement component, Set<TypeElement> around) {
        boolean hasDefault = Mark.find(env, component, ConfigValue.class)
                .filter(mark -> !mark.text("defaultValue").isEmpty())
                .isPresent();
        Optional<ConfigType> type = ConfigType.of(env, component.asType());
        if (hasDefault || type.isEmpty()) {
            return false;
        }
        return switch (type.get()) {
            case ConfigType.Maybe any -> false;
            case ConfigType.Many any -> false;
            case ConfigType.Named any -> false;
            case ConfigType.Nested nested -> {
                Set<TypeElement> inside = new HashSet<>(around);
                // One that holds itself is refused elsewhere.
                yield inside.add(nested.type())
                        && nested.components().stream().anyMatch(one -> isRequired(env, one, inside));
            }
            default -> true;
        };
    }

    /** A component has no place of its own in a source; its field has. */
    private static Element place(TypeElement type, RecordComponentElement component) {
        return type.getEnclosedElements().stream()
                .filter(member -> member.getKind() == ElementKind.FIELD)
                .filter(member -> member.getSimpleName().equals(component.getSimpleName()))
                .map(Element.class::cast)
                .findFirst()
                .orElse(component);
    }

    private void refuse(RecordComponentElement component, Element place) {
        if (component.asType().getKind() != javax.lang.model.type.TypeKind.ERROR) {
            env.mistakes()
                    .at(
                            place,
                            component.getSimpleName() + " is " + component.asType()
                                    + ", which no configuration can hold; use String, boolean, int, long, double, an enum, Path, URI, Duration, a record,"
                                    + " or Optional, List, Set, Map<String, T> of those");
        }
    }

    private Map<String, Object> property(ConfigType type, Optional<Mark> mark, Element place) {
        Map<String, Object> schema = new LinkedHashMap<>();
        mark.map(found -> found.text("description"))
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> schema.put("description", text));
        schema.putAll(schema(type, place));
        mark.ifPresent(found ->
                describe(type instanceof ConfigType.Maybe(ConfigType inner) ? inner : type, found, schema, place));
        return schema;
    }

    private Map<String, Object> schema(ConfigType type, Element place) {
        Map<String, Object> schema = new LinkedHashMap<>();
        switch (type) {
            case ConfigType.Text(ConfigType.Form form) -> {
                schema.put("type", "string");
                switch (form) {
                    case PLAIN -> {}
                    case PATH -> schema.put("format", "path");
                    case URI -> schema.put("format", "uri-reference");
                    case DURATION -> {
                        // JSON Schema's own "duration" knows only ISO 8601, not 30s.
                        schema.put("format", "plugbay-duration");
                        schema.put("pattern", "^" + Texts.DURATION + "$");
                    }
                }
            }
            case ConfigType.Bool() -> schema.put("type", "boolean");
            case ConfigType.Whole whole -> {
                schema.put("type", "integer");
                if (whole.max() == Integer.MAX_VALUE) {
                    schema.put("minimum", whole.min());
                    schema.put("maximum", whole.max());
                }
            }
            case ConfigType.Decimal() -> schema.put("type", "number");
            case ConfigType.Choice(List<String> words) -> {
                schema.put("type", "string");
                schema.put("enum", words);
            }
            case ConfigType.Maybe(ConfigType inner) -> {
                schema.putAll(schema(inner, place));
                if (inner instanceof ConfigType.Nested) {
                    // The host must not make it of its defaults: absent means empty.
                    schema.put("x-optional", true);
                }
            }
            case ConfigType.Many(ConfigType element, boolean unique) -> {
                schema.put("type", "array");
                schema.put("items", schema(element, place));
                if (unique) {
                    schema.put("uniqueItems", true);
                }
            }
            case ConfigType.Named(ConfigType value) -> {
                schema.put("type", "object");
                schema.put("additionalProperties", schema(value, place));
            }
            case ConfigType.Nested nested -> {
                if (path.contains(nested.type())) {
                    env.mistakes()
                            .at(
                                    place,
                                    nested.type().getSimpleName()
                                            + " holds itself; a configuration has an end, so break the circle");
                } else {
                    schema.putAll(object(nested.type()));
                }
            }
        }
        return schema;
    }

    private void describe(ConfigType type, Mark mark, Map<String, Object> schema, Element place) {
        if (mark.flag("secret")) {
            schema.put("writeOnly", true);
        }
        bounds(type, mark, schema, place);
        pattern(type, mark, schema, place);
        String text = mark.text("defaultValue");
        if (!text.isEmpty()) {
            try {
                Object value = new ConfigDefault(env).of(type, text);
                checkBounds(value, mark);
                schema.put("default", value);
            } catch (IllegalArgumentException e) {
                env.mistakes()
                        .at(place, "the default of " + place.getSimpleName() + " does not fit: " + e.getMessage());
            }
        }
    }

    private void bounds(ConfigType type, Mark mark, Map<String, Object> schema, Element place) {
        boolean low = mark.number("min") != Long.MIN_VALUE;
        boolean high = mark.number("max") != Long.MAX_VALUE;
        if (!low && !high) {
            return;
        }
        String name = place.getSimpleName().toString();
        boolean number = type instanceof ConfigType.Whole || type instanceof ConfigType.Decimal;
        boolean text = type instanceof ConfigType.Text(ConfigType.Form form) && form == ConfigType.Form.PLAIN;
        if (!number && !text) {
            env.mistakes().at(place, "min and max of " + name + " mean nothing; they are for numbers and String");
        } else if (low && high && mark.number("min") > mark.number("max")) {
            env.mistakes().at(place, "min of " + name + " is above its max; nothing would be allowed");
        } else if (text && ((low && mark.number("min") < 0) || (high && mark.number("max") < 0))) {
            env.mistakes().at(place, "min and max of " + name + " count characters; they cannot be below 0");
        } else if (type instanceof ConfigType.Whole whole
                && ((low && mark.number("min") < whole.min()) || (high && mark.number("max") > whole.max()))) {
            env.mistakes().at(place, "min and max of " + name + " go beyond what an int holds; make it a long");
        } else {
            if (low) {
                schema.put(number ? "minimum" : "minLength", mark.number("min"));
            }
            if (high) {
                schema.put(number ? "maximum" : "maxLength", mark.number("max"));
            }
        }
    }

    private void pattern(ConfigType type, Mark mark, Map<String, Object> schema, Element place) {
        String pattern = mark.text("pattern");
        if (pattern.isEmpty()) {
            return;
        }
        if (!(type instanceof ConfigType.Text(ConfigType.Form form)) || form != ConfigType.Form.PLAIN) {
            env.mistakes()
                    .at(place, "the pattern of " + place.getSimpleName() + " means nothing; patterns are for String");
            return;
        }
        try {
            schema.put("pattern", "^(?:" + Pattern.compile(pattern).pattern() + ")$");
        } catch (PatternSyntaxException e) {
            env.mistakes()
                    .at(
                            place,
                            "the pattern of " + place.getSimpleName() + " is no regular expression: "
                                    + e.getDescription());
        }
    }

    private static void checkBounds(Object value, Mark mark) {
        if (value instanceof Number number) {
            if (number.doubleValue() < mark.number("min") || number.doubleValue() > mark.number("max")) {
                throw new IllegalArgumentException(value + " is outside of min and max");
            }
        } else if (value instanceof String text) {
            int length = text.codePointCount(0, text.length());
            if (length < mark.number("min") || length > mark.number("max")) {
                throw new IllegalArgumentException("\"" + text + "\" is shorter than min or longer than max");
            }
            String pattern = mark.text("pattern");
            try {
                if (!pattern.isEmpty() && !text.matches(pattern)) {
                    throw new IllegalArgumentException("\"" + text + "\" does not match " + pattern);
                }
            } catch (PatternSyntaxException reported) {
                return;
            }
        }
    }
}
