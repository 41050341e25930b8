package dev.plugbay.processor;

import java.util.List;
import java.util.Optional;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** The types that a configuration is made of. */
sealed interface ConfigType {
    /** A text of a kind. */
    record Text(Form form) implements ConfigType {}

    /** What a text means. */
    enum Form {
        PLAIN,
        PATH,
        URI,
        DURATION
    }

    /** True or false. */
    record Bool() implements ConfigType {}

    /** A whole number between bounds that the Java type has. */
    record Whole(long min, long max) implements ConfigType {}

    /** A number. */
    record Decimal() implements ConfigType {}

    /** One of some words. */
    record Choice(List<String> words) implements ConfigType {}

    /** Something that may be absent. */
    record Maybe(ConfigType type) implements ConfigType {}

    /** A list or set. */
    record Many(ConfigType element, boolean unique) implements ConfigType {}

    /** Values by name. */
    record Named(ConfigType value) implements ConfigType {}

    /** A record. */
    record Nested(TypeElement type) implements ConfigType {
        List<? extends RecordComponentElement> components() {
            return type.getRecordComponents();
        }
    }

    /** The type of a component; empty for one that no configuration can hold. */
    static Optional<ConfigType> of(Env env, TypeMirror type) {
        TypeKind kind = type.getKind();
        if (kind.isPrimitive()) {
            return simple(kind.name().toLowerCase(java.util.Locale.ROOT));
        }
        return env.element(type).flatMap(element -> {
            String name = element.getQualifiedName().toString();
            List<? extends TypeMirror> arguments = env.arguments(type);
            return switch (name) {
                case "java.util.Optional" ->
                    argument(env, arguments, 0)
                            .filter(inner -> !(inner instanceof Maybe))
                            .map(Maybe::new);
                case "java.util.List" ->
                    argument(env, arguments, 0)
                            .filter(inner -> !(inner instanceof Maybe))
                            .map(inner -> new Many(inner, false));
                case "java.util.Set" ->
                    argument(env, arguments, 0)
                            .filter(inner -> !(inner instanceof Maybe))
                            .map(inner -> new Many(inner, true));
                case "java.util.Map" ->
                    arguments.size() == 2 && env.is(arguments.getFirst(), "java.lang.String")
                            ? argument(env, arguments, 1)
                                    .filter(inner -> !(inner instanceof Maybe))
                                    .map(Named::new)
                            : Optional.empty();
                default -> simple(name).or(() -> declared(element));
            };
        });
    }

    private static Optional<ConfigType> argument(Env env, List<? extends TypeMirror> arguments, int index) {
        return arguments.size() > index ? of(env, arguments.get(index)) : Optional.empty();
    }

    private static Optional<ConfigType> simple(String name) {
        return switch (name) {
            case "boolean", "java.lang.Boolean" -> Optional.of(new Bool());
            case "int", "java.lang.Integer" -> Optional.of(new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE));
            case "long", "java.lang.Long" -> Optional.of(new Whole(Long.MIN_VALUE, Long.MAX_VALUE));
            case "double", "java.lang.Double" -> Optional.of(new Decimal());
            case "java.lang.String" -> Optional.of(new Text(Form.PLAIN));
            case "java.nio.file.Path" -> Optional.of(new Text(Form.PATH));
            case "java.net.URI" -> Optional.of(new Text(Form.URI));
            case "java.time.Duration" -> Optional.of(new Text(Form.DURATION));
            default -> Optional.empty();
        };
    }

    private static Optional<ConfigType> declared(TypeElement element) {
        if (element.getKind() == ElementKind.ENUM) {
            return Optional.of(new Choice(element.getEnclosedElements().stream()
                    .filter(member -> member.getKind() == ElementKind.ENUM_CONSTANT)
                    .map(member -> member.getSimpleName().toString())
                    .toList()));
        }
        return element.getKind() == ElementKind.RECORD
                        && element.getTypeParameters().isEmpty()
                ? Optional.of(new Nested(element))
                : Optional.empty();
    }
}
