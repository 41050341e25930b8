package dev.plugbay.processor;

import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/**
 * An annotation where it stands.
 *
 * @param element what it stands on
 * @param mirror the annotation
 * @param said the members that the author gave
 * @param all those, and the defaults of the others
 */
record Mark(
        Element element, AnnotationMirror mirror, Map<String, AnnotationValue> said, Map<String, AnnotationValue> all) {

    static Optional<Mark> find(Env env, Element element, Class<? extends Annotation> type) {
        for (AnnotationMirror mirror : element.getAnnotationMirrors()) {
            if (mirror.getAnnotationType().asElement() instanceof TypeElement found
                    && found.getQualifiedName().contentEquals(type.getCanonicalName())) {
                return Optional.of(new Mark(
                        element,
                        mirror,
                        named(mirror.getElementValues()),
                        named(env.elements().getElementValuesWithDefaults(mirror))));
            }
        }
        return Optional.empty();
    }

    private static Map<String, AnnotationValue> named(Map<? extends Element, ? extends AnnotationValue> values) {
        Map<String, AnnotationValue> named = new LinkedHashMap<>();
        values.forEach((member, value) -> named.put(member.getSimpleName().toString(), value));
        return named;
    }

    /** Whether the author gave this member. */
    boolean says(String member) {
        return said.containsKey(member);
    }

    String text(String member) {
        return all.containsKey(member) ? text(all.get(member)) : "";
    }

    boolean flag(String member) {
        return all.containsKey(member) && Boolean.TRUE.equals(all.get(member).getValue());
    }

    long number(String member) {
        return all.containsKey(member) && all.get(member).getValue() instanceof Number number ? number.longValue() : 0;
    }

    Optional<TypeMirror> type(String member) {
        return all.containsKey(member) ? type(all.get(member)) : Optional.empty();
    }

    /** The values of an array. */
    List<AnnotationValue> list(String member) {
        return all.containsKey(member) && all.get(member).getValue() instanceof List<?> values
                ? values.stream()
                        .filter(AnnotationValue.class::isInstance)
                        .map(AnnotationValue.class::cast)
                        .toList()
                : List.of();
    }

    List<String> texts(String member) {
        return list(member).stream().map(Mark::text).toList();
    }

    static String text(AnnotationValue value) {
        Object held = value.getValue();
        return held instanceof Element constant ? constant.getSimpleName().toString() : String.valueOf(held);
    }

    static Optional<TypeMirror> type(AnnotationValue value) {
        return value.getValue() instanceof TypeMirror type ? Optional.of(type) : Optional.empty();
    }
}
