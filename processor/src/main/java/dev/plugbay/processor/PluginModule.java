package dev.plugbay.processor;

import dev.plugbay.api.Extension;
import dev.plugbay.api.ExtensionPoint;
import dev.plugbay.api.LongRunning;
import dev.plugbay.api.Permissions;
import dev.plugbay.api.PluginInfo;
import dev.plugbay.api.ReadOnly;
import dev.plugbay.api.Requires;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/**
 * One compilation: its classes, and those that an earlier one left in the output folder. A compiler may be given only what changed, so the
 * classes that the last manifest names are looked up and read again; those that are gone, or lost their annotation, drop out.
 */
final class PluginModule {
    private final Env env;
    private final Set<String> seen;
    private final ManifestFile file;

    PluginModule(Env env, Set<String> seen) {
        this.env = env;
        this.seen = seen;
        this.file = ManifestFile.read(env);
    }

    void process() {
        // First those that are not compiled now, so that of two that are at odds the one is reported that has a source.
        Set<String> names = new LinkedHashSet<>(file.classes());
        names.removeAll(seen);
        names.addAll(seen);
        Map<TypeElement, Mark> plugins = marked(names, PluginInfo.class);
        Map<TypeElement, Mark> extensions = marked(names, Extension.class);
        checkPoints();
        checkPlaces(plugins);
        if (plugins.isEmpty()) {
            extensions.forEach((type, mark) -> env.mistakes()
                    .at(
                            mark,
                            "",
                            "@Extension in a module without a plugin; mark the plugin's main class with @PluginInfo"));
            if (extensions.isEmpty()) {
                file.remove();
            }
            return;
        }
        if (plugins.size() > 1) {
            String all =
                    plugins.keySet().stream().map(Object::toString).sorted().collect(Collectors.joining(" and "));
            plugins.values()
                    .forEach(mark -> env.mistakes()
                            .at(
                                    mark,
                                    "",
                                    "a module makes one plugin, but @PluginInfo stands on " + all + "; keep one"));
            return;
        }
        plugins.forEach((main, info) -> write(main, info, extensions));
    }

    private void write(TypeElement main, Mark info, Map<TypeElement, Mark> marks) {
        if (env.isBroken(main)) {
            return;
        }
        checkVisible(info);
        PluginPart plugin = PluginPart.of(env, main, info, file.handWritten());
        ExtensionPart extensions = ExtensionPart.of(env, main, marks);
        plugin.said().put("extensions", extensions.entries());
        Map<String, Object> requires = new LinkedHashMap<>();
        requires.put("java", env.javaRange());
        requires.put("apis", apis(extensions.points()));
        plugin.implied().put("requires", requires);
        Map<String, Object> manifest = new Merge(env, info).of(file.handWritten(), plugin.said(), plugin.implied());
        plugin.checkWhole(manifest);
        if (env.mistakes().none()) {
            file.write(manifest, main);
        }
    }

    /** The APIs used, each from the minor version that was compiled against. */
    private Map<String, Object> apis(Set<TypeElement> points) {
        ApiJars jars = new ApiJars(env);
        Map<String, Object> apis = new LinkedHashMap<>();
        if (!seen.containsAll(file.classes())) {
            apis.putAll(file.apis()); // the imports of classes that are not compiled now cannot be seen
        }
        List<TypeElement> used = new ArrayList<>(points);
        env.type(PluginInfo.class.getCanonicalName()).ifPresent(used::add);
        used.addAll(new Imports(env).of(seen));
        used.forEach(type -> jars.of(type).ifPresent(api -> apis.put(api.name(), api.range())));
        return new java.util.TreeMap<>(apis);
    }

    private Map<TypeElement, Mark> marked(Set<String> names, Class<? extends Annotation> annotation) {
        Map<TypeElement, Mark> marked = new LinkedHashMap<>();
        for (String name : names) {
            env.type(name)
                    .ifPresent(type -> Mark.find(env, type, annotation).ifPresent(mark -> marked.put(type, mark)));
        }
        return marked;
    }

    /** A class that was compiled before and that the compiler cannot see now would silently drop out of the index. */
    private void checkVisible(Mark info) {
        for (String name : file.classes()) {
            if (!seen.contains(name) && env.type(name).isEmpty() && file.hasClass(name)) {
                env.mistakes()
                        .at(
                                info,
                                "",
                                name
                                        + " is in the output folder, but the compiler cannot see it; put the output folder on the class"
                                        + " path, or compile all sources together");
            }
        }
    }

    private void checkPoints() {
        PointCheck check = new PointCheck(env);
        for (String name : seen) {
            env.type(name)
                    .ifPresent(type ->
                            Mark.find(env, type, ExtensionPoint.class).ifPresent(mark -> check.own(type, mark)));
        }
    }

    /** Annotations that would do nothing where they stand. */
    private void checkPlaces(Map<TypeElement, Mark> plugins) {
        for (TypeElement type :
                seen.stream().map(env::type).flatMap(Optional::stream).toList()) {
            if (!plugins.containsKey(type)) {
                for (Class<? extends Annotation> beside : List.of(Permissions.class, Requires.class)) {
                    Mark.find(env, type, beside)
                            .ifPresent(
                                    mark -> env.mistakes()
                                            .at(
                                                    mark,
                                                    "",
                                                    "@" + beside.getSimpleName()
                                                            + " stands beside @PluginInfo, on the plugin's main class; move it there"));
                }
            }
            if (!type.getKind().isInterface()) {
                ElementFilter.methodsIn(type.getEnclosedElements()).forEach(this::checkPlace);
            }
        }
    }

    private void checkPlace(ExecutableElement method) {
        for (Class<? extends Annotation> onPoint : List.of(ReadOnly.class, LongRunning.class)) {
            Mark.find(env, method, onPoint)
                    .ifPresent(
                            mark -> env.mistakes()
                                    .at(
                                            mark,
                                            "",
                                            "@" + onPoint.getSimpleName()
                                                    + " says what a method of an extension point is like, not one implementation; move it to the interface"));
        }
    }
}
