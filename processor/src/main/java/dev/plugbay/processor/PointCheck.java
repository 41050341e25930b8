package dev.plugbay.processor;

import dev.plugbay.api.ExtensionPoint;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/** Checks extension points: what they are, and that their signatures can cross between host and plugin. */
final class PointCheck {
    private final Env env;
    private final Borders borders;
    private final Set<String> checked = new HashSet<>();

    /** Hears of a mistake, and of the element of the point that it is about. */
    private interface Complaint {
        void about(Element element, String message);
    }

    PointCheck(Env env) {
        this.env = env;
        this.borders = new Borders(env);
    }

    /** Checks a point of this module, where it stands. */
    void own(TypeElement point, Mark mark) {
        if (!point.getKind().isInterface() || point.getKind() == ElementKind.ANNOTATION_TYPE) {
            env.mistakes()
                    .at(mark, "", point.getSimpleName() + " is no interface; an extension point is a public interface");
            return;
        }
        check(
                point,
                mark.flag("local"),
                (element, message) -> env.mistakes()
                        .at(
                                point.equals(element.getEnclosingElement()) || element.equals(point) ? element : point,
                                message));
    }

    /** Checks a point that an extension names or implements, and that {@link #own} has not seen. Mistakes are reported at the extension. */
    void used(TypeElement point, Mark extension, Optional<AnnotationValue> value) {
        Optional<Mark> mark = Mark.find(env, point, ExtensionPoint.class);
        boolean ownSource = mark.isPresent() && isSource(point);
        if (ownSource || !checked.add(point.getQualifiedName().toString())) {
            return;
        }
        Consumer<String> report = message -> value.ifPresentOrElse(
                at -> env.mistakes().at(extension, at, message),
                () -> env.mistakes().at(extension, "", message));
        check(
                point,
                mark.map(found -> found.flag("local")).orElse(false),
                (element, message) -> report.accept(message));
    }

    private boolean isSource(TypeElement type) {
        return env.elements().getFileObjectOf(type).getKind() == javax.tools.JavaFileObject.Kind.SOURCE;
    }

    private void check(TypeElement point, boolean local, Complaint complaint) {
        String name = point.getSimpleName().toString();
        for (Element around = point; around instanceof TypeElement; around = around.getEnclosingElement()) {
            if (!around.getModifiers().contains(Modifier.PUBLIC)) {
                complaint.about(
                        point,
                        "extension point " + name + " cannot be seen by hosts and plugins, because "
                                + around.getSimpleName() + " is not public; make it public");
                return;
            }
        }
        if (point.getModifiers().contains(Modifier.SEALED)) {
            complaint.about(
                    point, "extension point " + name + " is sealed, so no plugin can implement it; drop sealed");
            return;
        }
        if (!point.getTypeParameters().isEmpty()) {
            complaint.about(
                    point,
                    "extension point " + name
                            + " has type parameters; a point is one interface for all, so write its types out");
            return;
        }
        for (ExecutableElement method : ElementFilter.methodsIn(env.elements().getAllMembers(point))) {
            if (isCalled(method)) {
                check(point, method, local, complaint);
            }
        }
    }

    private static boolean isCalled(ExecutableElement method) {
        return !method.getModifiers().contains(Modifier.STATIC)
                && !method.getModifiers().contains(Modifier.PRIVATE)
                && !(method.getEnclosingElement() instanceof TypeElement owner
                        && owner.getQualifiedName().contentEquals("java.lang.Object"));
    }

    private void check(TypeElement point, ExecutableElement method, boolean local, Complaint complaint) {
        String name = point.getSimpleName() + "." + method.getSimpleName();
        if (!method.getTypeParameters().isEmpty()) {
            complaint.about(
                    method, name + " has type parameters, so it is not known what would cross; write its types out");
            return;
        }
        TypeMirror seen = point.asType() instanceof DeclaredType declared
                ? env.types().asMemberOf(declared, method)
                : method.asType();
        if (!(seen instanceof ExecutableType signature)) {
            return;
        }
        borders.refuseResult(signature.getReturnType(), local)
                .ifPresent(why -> complaint.about(method, name + " returns " + why));
        int last = method.getParameters().size() - 1;
        for (int i = 0; i <= last; i++) {
            VariableElement parameter = method.getParameters().get(i);
            borders.refuseParameter(signature.getParameterTypes().get(i), i == last, local)
                    .ifPresent(
                            why -> complaint.about(method, name + " takes " + parameter.getSimpleName() + ", " + why));
        }
    }
}
