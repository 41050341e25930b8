package dev.plugbay.processor;

import dev.plugbay.api.ExtensionPoint;
import dev.plugbay.api.PluginContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/** The {@code extensions} of a manifest, one for each point that an {@code @Extension} class implements; checked. */
final class ExtensionPart {
    private final Env env;
    private final PointCheck pointCheck;
    private final List<Map<String, Object>> entries = new ArrayList<>();
    private final Map<List<String>, TypeElement> owners = new HashMap<>();
    private final Set<TypeElement> points = new LinkedHashSet<>();

    private ExtensionPart(Env env) {
        this.env = env;
        this.pointCheck = new PointCheck(env);
    }

    static ExtensionPart of(Env env, TypeElement main, Map<TypeElement, Mark> marks) {
        ExtensionPart part = new ExtensionPart(env);
        marks.forEach((type, mark) -> part.add(type, mark, main));
        return part;
    }

    /** The entries, in an order that does not depend on the compiler's. */
    List<Map<String, Object>> entries() {
        return entries.stream()
                .sorted(Comparator.comparing((Map<String, Object> entry) -> text(entry, "point"))
                        .thenComparing(entry -> entry.get("order") instanceof Long order ? order : 0L)
                        .thenComparing(entry -> text(entry, "name")))
                .toList();
    }

    /** The extension points that are implemented. */
    Set<TypeElement> points() {
        return points;
    }

    private static String text(Map<String, Object> entry, String field) {
        return entry.getOrDefault(field, "").toString();
    }

    private void add(TypeElement type, Mark mark, TypeElement main) {
        if (env.isBroken(type)) {
            return;
        }
        List<TypeElement> given = new ArrayList<>(List.of(main));
        env.type(PluginContext.class.getCanonicalName()).ifPresent(given::add);
        new Constructors(env).check(type, given);
        Map<String, Object> properties = properties(mark);
        for (TypeElement point : points(type, mark)) {
            points.add(point);
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("point", env.binaryName(point));
            entry.put("class", env.binaryName(type));
            if (!mark.text("name").isEmpty()) {
                entry.put("name", mark.text("name"));
            }
            if (mark.number("order") != 0) {
                entry.put("order", mark.number("order"));
            }
            if (!properties.isEmpty()) {
                entry.put("properties", properties);
            }
            TypeElement other = owners.putIfAbsent(List.of(text(entry, "point"), text(entry, "name")), type);
            if (other != null) {
                env.mistakes()
                        .at(
                                mark,
                                "name",
                                other.getQualifiedName() + " is an extension of " + point.getSimpleName()
                                        + " too, with the same name \"" + mark.text("name")
                                        + "\"; tell them apart: @Extension(name = ...)");
            }
            entries.add(entry);
        }
    }

    private List<TypeElement> points(TypeElement type, Mark mark) {
        List<AnnotationValue> named = mark.list("point");
        List<TypeElement> found = new ArrayList<>();
        if (named.isEmpty()) {
            collect(type, found);
            if (found.isEmpty()) {
                env.mistakes()
                        .at(
                                mark,
                                "",
                                type.getSimpleName()
                                        + " implements no extension point; implement an interface marked @ExtensionPoint,"
                                        + " or name one of the host's own: @Extension(point = ...)");
            }
            found.forEach(point -> pointCheck.used(point, mark, Optional.empty()));
            return found;
        }
        for (AnnotationValue value : named) {
            Mark.type(value)
                    .flatMap(env::element)
                    .ifPresentOrElse(
                            point -> {
                                if (point.getKind() != ElementKind.INTERFACE) {
                                    env.mistakes()
                                            .at(
                                                    mark,
                                                    value,
                                                    point.getSimpleName()
                                                            + " is no interface; an extension point is an interface");
                                } else if (!env.isSubtype(type, point)) {
                                    env.mistakes()
                                            .at(
                                                    mark,
                                                    value,
                                                    type.getSimpleName() + " does not implement "
                                                            + point.getSimpleName()
                                                            + "; implement it, or do not name it");
                                } else if (found.contains(point)) {
                                    env.mistakes()
                                            .at(mark, value, point.getSimpleName() + " is named twice; name it once");
                                } else {
                                    pointCheck.used(point, mark, Optional.of(value));
                                    found.add(point);
                                }
                            },
                            () -> checkNamed(mark, value));
        }
        return found;
    }

    private void checkNamed(Mark mark, AnnotationValue value) {
        boolean unresolved =
                Mark.type(value).map(TypeMirror::toString).orElse("<error>").contains("<error>")
                        || Mark.type(value)
                                .filter(type -> type.getKind() == javax.lang.model.type.TypeKind.ERROR)
                                .isPresent();
        if (!unresolved) { // else the compiler says so itself
            env.mistakes().at(mark, value, Mark.text(value) + " is no interface; an extension point is an interface");
        }
    }

    private void collect(TypeElement type, List<TypeElement> found) {
        for (TypeMirror parent : env.types().directSupertypes(type.asType())) {
            env.element(parent).ifPresent(element -> {
                if (Mark.find(env, element, ExtensionPoint.class).isPresent() && !found.contains(element)) {
                    found.add(element);
                }
                collect(element, found);
            });
        }
    }

    /** {@code key=value}; a key that stands more than once makes a list. */
    private Map<String, Object> properties(Mark mark) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (AnnotationValue value : mark.list("properties")) {
            String text = Mark.text(value);
            int equals = text.indexOf('=');
            if (equals < 1) {
                env.mistakes().at(mark, value, "\"" + text + "\" is no property; write key=value");
                continue;
            }
            properties.merge(text.substring(0, equals).strip(), text.substring(equals + 1), (before, next) -> {
                List<Object> all = new ArrayList<>(before instanceof List<?> list ? list : List.of(before));
                all.add(next);
                return all;
            });
        }
        return properties;
    }
}
