package dev.plugbay.processor;

import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.tools.Diagnostic;

/** Compile errors, each at the place that is to be mended. */
final class Mistakes {
    private final Messager messager;
    private int count;

    Mistakes(Messager messager) {
        this.messager = messager;
    }

    /** Whether there are none. */
    boolean none() {
        return count == 0;
    }

    /** At no place in the sources. */
    void at(String message) {
        count++;
        messager.printMessage(Diagnostic.Kind.ERROR, message);
    }

    void at(Element element, String message) {
        count++;
        messager.printMessage(Diagnostic.Kind.ERROR, message, element);
    }

    /** At one value of an annotation. */
    void at(Mark mark, AnnotationValue value, String message) {
        count++;
        messager.printMessage(Diagnostic.Kind.ERROR, message, mark.element(), mark.mirror(), value);
    }

    /** At a member of an annotation, or at the annotation when the member is not given. */
    void at(Mark mark, String member, String message) {
        AnnotationValue value = mark.said().get(member);
        if (value != null) {
            at(mark, value, message);
        } else {
            count++;
            messager.printMessage(Diagnostic.Kind.ERROR, message, mark.element(), mark.mirror());
        }
    }
}
