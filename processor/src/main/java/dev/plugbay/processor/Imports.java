package dev.plugbay.processor;

import com.sun.source.tree.ImportTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/** What the sources import. With another compiler than javac nothing is found, and APIs used without an extension point are named in {@code @Requires}. */
final class Imports {
    private final Env env;

    Imports(Env env) {
        this.env = env;
    }

    List<TypeElement> of(Set<String> classes) {
        Trees trees;
        try {
            trees = Trees.instance(env.compiler());
        } catch (IllegalArgumentException otherCompiler) {
            return List.of();
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : classes) {
            TreePath path = env.type(name).map(trees::getPath).orElse(null);
            if (path != null) {
                path.getCompilationUnit().getImports().forEach(one -> names.add(name(one)));
            }
        }
        List<TypeElement> types = new ArrayList<>();
        names.forEach(name -> find(name).ifPresent(types::add));
        return types;
    }

    private static String name(ImportTree tree) {
        String name = tree.getQualifiedIdentifier().toString();
        boolean member = tree.isStatic() || name.endsWith(".*");
        return member ? name.substring(0, name.lastIndexOf('.')) : name;
    }

    private Optional<TypeElement> find(String name) {
        PackageElement all = env.elements().getPackageElement(name);
        return all == null
                ? env.type(name)
                : ElementFilter.typesIn(all.getEnclosedElements()).stream().findFirst();
    }
}
