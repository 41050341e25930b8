package dev.plugbay.processor;

import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;

/**
 * Answers for the annotations of {@code dev.plugbay.api} and for no others. Without an answer javac warns of them under {@code -Xlint:processing}, which {@code -Werror}
 * turns into a failure; {@link PlugbayProcessor} cannot give it, because it would answer for everybody's annotations.
 */
public final class PlugbayAnnotations extends AbstractProcessor {
    /** Made by the compiler. */
    public PlugbayAnnotations() {}

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of("dev.plugbay.api.*");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latest();
    }

    @Override
    @SuppressWarnings("DoNotClaimAnnotations") // answering is all that this is for
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        return true;
    }
}
