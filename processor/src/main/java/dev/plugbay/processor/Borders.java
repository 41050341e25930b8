package dev.plugbay.processor;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/** What may cross between host and plugin in a value point; the rule is the same for calls within a process and between two. */
final class Borders {
    private static final Set<String> VALUES = Set.of(
            "java.lang.String",
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Short",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Float",
            "java.lang.Double",
            "java.nio.file.Path",
            "java.time.Instant",
            "java.time.Duration");
    private static final Set<String> OPTIONALS =
            Set.of("java.util.Optional", "java.util.OptionalInt", "java.util.OptionalLong", "java.util.OptionalDouble");
    private static final Set<String> STREAMS = Set.of("java.io.InputStream", "java.io.OutputStream");
    private static final Set<String> LAZY = Set.of("java.util.stream.BaseStream", "java.util.Iterator");
    private static final String ALLOWED =
            "; what crosses: primitives, String, byte[], Path, Instant, Duration, enums, records, sealed interfaces of records, List, Set,"
                    + " Map<String, T>, InputStream, OutputStream; as results also Optional, AutoCloseable, CompletionStage; as last parameter a"
                    + " listener interface";

    /** Where a type stands. */
    private enum Place {
        RESULT,
        PARAMETER,
        COMPONENT,
        ELEMENT;

        boolean isOuter() {
            return this == RESULT || this == PARAMETER;
        }
    }

    private final Env env;

    Borders(Env env) {
        this.env = env;
    }

    /** Why a type cannot be a result; empty when it can. */
    Optional<String> refuseResult(TypeMirror type, boolean local) {
        if (type.getKind() == TypeKind.VOID) {
            return Optional.empty();
        }
        return local ? refuseLazy(type) : refuse(type, Place.RESULT, new HashSet<>());
    }

    /** Why a type cannot be a parameter; empty when it can. */
    Optional<String> refuseParameter(TypeMirror type, boolean last, boolean local) {
        if (local) {
            return refuseLazy(type);
        }
        Optional<TypeElement> listener = env.element(type).filter(this::looksLikeListener);
        if (listener.isEmpty()) {
            return refuse(type, Place.PARAMETER, new HashSet<>());
        }
        return last
                ? refuseListener(type, listener.get())
                : Optional.of("a listener that is not the last parameter; make it the last, and the only one");
    }

    private Optional<String> refuse(TypeMirror type, Place place, Set<String> path) {
        if (type.getKind().isPrimitive() || type.getKind() == TypeKind.ERROR) {
            return Optional.empty(); // what is missing the compiler reports
        }
        if (type instanceof ArrayType array) {
            return array.getComponentType().getKind() == TypeKind.BYTE
                    ? Optional.empty()
                    : Optional.of("an array, " + type + "; of arrays only byte[] crosses, so make it a List");
        }
        Optional<TypeElement> found = env.element(type);
        if (found.isEmpty()) {
            return Optional.of(type + ", which does not say what crosses; write the type out" + ALLOWED);
        }
        String name = found.get().getQualifiedName().toString();
        if (isLazy(type)) {
            return lazy(type);
        }
        if (VALUES.contains(name)) {
            return Optional.empty();
        }
        if (OPTIONALS.contains(name)) {
            return place == Place.RESULT || place == Place.COMPONENT
                    ? refuseArguments(type, Place.ELEMENT, path)
                    : Optional.of(
                            type
                                    + "; an Optional is for results and components of records, so overload the method or put it into a record");
        }
        if (STREAMS.contains(name)) {
            return place.isOuter()
                    ? Optional.empty()
                    : Optional.of(
                            type + " inside of another type; a stream crosses only as parameter or result itself");
        }
        if (name.equals("java.lang.AutoCloseable") || name.equals("java.util.concurrent.CompletionStage")) {
            return place == Place.RESULT
                    ? refuseArguments(type, Place.COMPONENT, path)
                    : Optional.of(type + ", which crosses only as a result");
        }
        if (name.equals("java.lang.Void")) {
            return place == Place.COMPONENT ? Optional.empty() : Optional.of("Void, which has no value; use void");
        }
        return refuseCompound(type, found.get(), name, path);
    }

    private Optional<String> refuseCompound(TypeMirror type, TypeElement element, String name, Set<String> path) {
        if (name.equals("java.util.List") || name.equals("java.util.Set")) {
            return refuseArguments(type, Place.ELEMENT, path);
        }
        if (name.equals("java.util.Map")) {
            List<? extends TypeMirror> arguments = env.arguments(type);
            return !arguments.isEmpty() && !env.is(arguments.getFirst(), "java.lang.String")
                    ? Optional.of(type + "; the keys of a Map are String")
                    : refuseArguments(type, Place.ELEMENT, path);
        }
        if (element.getKind() == ElementKind.ENUM) {
            return Optional.empty();
        }
        if (!element.getTypeParameters().isEmpty() && (element.getKind() == ElementKind.RECORD || isSealed(element))) {
            return Optional.of(type + ", which has type parameters; write one for each use");
        }
        if (element.getKind() == ElementKind.RECORD) {
            return refuseRecord(element, path);
        }
        if (isSealed(element)) {
            return refuseSealed(element, path);
        }
        return Optional.of(type + ", which cannot cross between host and plugin" + hint(element, name) + ALLOWED);
    }

    private Optional<String> refuseArguments(TypeMirror type, Place place, Set<String> path) {
        List<? extends TypeMirror> arguments = env.arguments(type);
        boolean raw = arguments.isEmpty()
                && env.element(type)
                        .filter(element -> !element.getTypeParameters().isEmpty())
                        .isPresent();
        if (raw) {
            return Optional.of("a raw " + type + ", which does not say what crosses; write its element type");
        }
        return first(arguments, argument -> refuse(argument, place, path).map(why -> type + " of " + why));
    }

    private Optional<String> refuseRecord(TypeElement element, Set<String> path) {
        if (!path.add(element.getQualifiedName().toString())) {
            return Optional.empty(); // a tree of records is checked once
        }
        for (RecordComponentElement component : element.getRecordComponents()) {
            Optional<String> why = refuse(component.asType(), Place.COMPONENT, path);
            if (why.isPresent()) {
                return Optional.of(element.getSimpleName() + " with " + component.getSimpleName() + ", " + why.get());
            }
        }
        return Optional.empty();
    }

    private Optional<String> refuseSealed(TypeElement element, Set<String> path) {
        if (!path.add(element.getQualifiedName().toString())) {
            return Optional.empty();
        }
        return first(element.getPermittedSubclasses(), permitted -> {
            Optional<TypeElement> one = env.element(permitted);
            boolean value = one.filter(found -> found.getKind() == ElementKind.RECORD
                            || found.getKind() == ElementKind.ENUM
                            || isSealed(found))
                    .isPresent();
            return value
                    ? refuse(permitted, Place.COMPONENT, path).map(why -> element.getSimpleName() + " and so " + why)
                    : Optional.of(
                            element.getSimpleName() + " and so " + permitted + ", which is no record; make it one");
        });
    }

    private static boolean isSealed(TypeElement element) {
        return element.getKind() == ElementKind.INTERFACE
                && element.getModifiers().contains(Modifier.SEALED);
    }

    private boolean looksLikeListener(TypeElement element) {
        String name = element.getQualifiedName().toString();
        return element.getKind() == ElementKind.INTERFACE
                && !isSealed(element)
                && !VALUES.contains(name)
                && !Set.of(
                                "java.util.List",
                                "java.util.Set",
                                "java.util.Map",
                                "java.lang.AutoCloseable",
                                "java.util.concurrent.CompletionStage")
                        .contains(name)
                && !isLazy(element.asType())
                && (!name.startsWith("java.") || name.equals("java.lang.Runnable"));
    }

    private Optional<String> refuseListener(TypeMirror type, TypeElement listener) {
        if (!listener.getTypeParameters().isEmpty()) {
            return Optional.of(type + ", a listener with type parameters; write an interface of its own");
        }
        for (ExecutableElement method : ElementFilter.methodsIn(env.elements().getAllMembers(listener))) {
            if (!method.getModifiers().contains(Modifier.ABSTRACT)) {
                continue;
            }
            String name = listener.getSimpleName() + "." + method.getSimpleName();
            if (method.getReturnType().getKind() != TypeKind.VOID) {
                return Optional.of("a listener whose " + name + " returns " + method.getReturnType()
                        + "; a listener only hears, so return void");
            }
            for (VariableElement parameter : method.getParameters()) {
                Optional<String> why = refuse(parameter.asType(), Place.ELEMENT, new HashSet<>());
                if (why.isPresent()) {
                    return Optional.of("a listener whose " + name + " takes " + why.get());
                }
            }
        }
        return Optional.empty();
    }

    private static String hint(TypeElement element, String name) {
        return switch (name) {
            case "java.lang.Object" -> "; a record or a sealed interface says what it is";
            case "java.util.Collection", "java.lang.Iterable" -> "; make it a List";
            case "java.util.concurrent.CompletableFuture", "java.util.concurrent.Future" ->
                "; make it a CompletionStage";
            case "java.net.URI", "java.util.UUID", "java.math.BigDecimal", "java.math.BigInteger" -> "; pass its text";
            default -> element.getKind() == ElementKind.CLASS && !name.startsWith("java.") ? "; make it a record" : "";
        };
    }

    private Optional<String> refuseLazy(TypeMirror type) {
        return isLazy(type) ? lazy(type) : first(env.arguments(type), this::refuseLazy);
    }

    private static Optional<String> lazy(TypeMirror type) {
        return Optional.of(type + ", which would run after the call has ended; make it a List");
    }

    private boolean isLazy(TypeMirror type) {
        return type.getKind() == TypeKind.DECLARED
                && LAZY.stream()
                        .flatMap(name -> env.type(name).stream())
                        .anyMatch(lazy -> env.types()
                                .isSubtype(
                                        env.types().erasure(type), env.types().erasure(lazy.asType())));
    }

    private interface Refusal {
        Optional<String> of(TypeMirror type);
    }

    private static Optional<String> first(List<? extends TypeMirror> types, Refusal refusal) {
        return types.stream().flatMap(type -> refusal.of(type).stream()).findFirst();
    }
}
