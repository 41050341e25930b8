package dev.plugbay.processor;

import java.util.LinkedHashSet;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/**
 * Writes {@code META-INF/plugbay/manifest.json} from the annotations of {@code dev.plugbay.api}, and checks them.
 *
 * <p>Options: {@code -Aplugbay.version=1.2.3} is the version of a plugin whose {@code @PluginInfo} has none; {@code -Aplugbay.manifest=file} names a partial
 * manifest written by hand, else one that already lies in the output folder is merged in.
 *
 * <p>It asks for every annotation and claims none: it must also run when the last annotation of the module was just removed, and other
 * processors see all that it sees.
 */
public final class PlugbayProcessor extends AbstractProcessor {
    /** Names, not elements: an element of one round is stale in the next. */
    private final Set<String> seen = new LinkedHashSet<>();

    /** Made by the compiler. */
    public PlugbayProcessor() {}

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of("*");
    }

    @Override
    public Set<String> getSupportedOptions() {
        return Set.of(Env.VERSION, Env.MANIFEST);
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latest();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        ElementFilter.typesIn(round.getRootElements()).forEach(this::see);
        // At the end, when all that other processors generate is there; a resource may still be written then.
        if (round.processingOver() && !round.errorRaised()) {
            new PluginModule(new Env(processingEnv), seen).process();
        }
        return false;
    }

    private void see(Element type) {
        if (type instanceof TypeElement named) {
            seen.add(named.getQualifiedName().toString());
            ElementFilter.typesIn(type.getEnclosedElements()).forEach(this::see);
        }
    }
}
