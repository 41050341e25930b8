package dev.plugbay.processor;

import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/** Whether a host can make an object of a class. */
final class Constructors {
    private final Env env;

    Constructors(Env env) {
        this.env = env;
    }

    /** Checks that {@code type} can be made with some of {@code given}, each at most once. */
    void check(TypeElement type, List<TypeElement> given) {
        if (type.getKind() != ElementKind.CLASS && type.getKind() != ElementKind.RECORD) {
            env.mistakes()
                    .at(
                            type,
                            type.getSimpleName() + " is no class that a host could make an object of; make it a class");
        } else if (type.getModifiers().contains(Modifier.ABSTRACT)) {
            env.mistakes()
                    .at(
                            type,
                            type.getSimpleName()
                                    + " is abstract, so a host cannot make an object of it; move the annotation to a class that extends it");
        } else if (!Env.standsAlone(type)) {
            env.mistakes()
                    .at(
                            type,
                            type.getSimpleName()
                                    + " is an inner class, so a host cannot make an object of it; make it static or a class of its own");
        } else {
            List<ExecutableElement> constructors = ElementFilter.constructorsIn(type.getEnclosedElements());
            if (constructors.stream().noneMatch(constructor -> usable(constructor, given))) {
                Element place = constructors.size() == 1 ? constructors.getFirst() : type;
                env.mistakes()
                        .at(
                                place,
                                type.getSimpleName() + " has no constructor that a host can call; give it one "
                                        + wanted(given) + ", of any visibility");
            }
        }
    }

    private boolean usable(ExecutableElement constructor, List<TypeElement> given) {
        List<TypeElement> left = new ArrayList<>(given);
        for (VariableElement parameter : constructor.getParameters()) {
            TypeMirror type = env.types().erasure(parameter.asType());
            if (!left.removeIf(one -> env.types().isSameType(env.types().erasure(one.asType()), type))) {
                return false;
            }
        }
        return true;
    }

    private static String wanted(List<TypeElement> given) {
        return given.size() == 1
                ? "without parameters or with " + given.getFirst().getSimpleName()
                : "with " + given.getFirst().getSimpleName() + ", with "
                        + given.get(1).getSimpleName() + ", with both in either order, or without parameters";
    }
}
