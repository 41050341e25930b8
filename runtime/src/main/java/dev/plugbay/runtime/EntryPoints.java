package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Plugin;
import dev.plugbay.api.PluginContext;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The classes that a manifest names, loaded but not initialised, and found to be of the right kind; so a wrong manifest is refused before any
 * code of the plugin runs.
 *
 * @param main the plugin's main class
 * @param extensions its extensions
 */
record EntryPoints(Class<? extends Plugin> main, List<ExtensionClass> extensions) {

    /**
     * One extension.
     *
     * @param point the extension point
     * @param type the class that implements it
     * @param name its name; empty for the only one
     * @param order its position
     * @param properties its properties
     */
    record ExtensionClass(Class<?> point, Class<?> type, String name, int order, Map<String, Object> properties) {}

    /** Loads and checks them. */
    static EntryPoints of(Manifest manifest, ClassLoader loader) {
        Class<?> main = load(manifest, manifest.runtime().main(), "runtime/main", loader);
        if (!Plugin.class.isAssignableFrom(main)) {
            throw wrong(
                    manifest, main.getName() + " does not implement " + Plugin.class.getName() + ".", "/runtime/main");
        }
        constructor(manifest, main, "/runtime/main", PluginContext.class);
        List<ExtensionClass> extensions = new ArrayList<>();
        for (int i = 0; i < manifest.extensions().size(); i++) {
            Manifest.Extension extension = manifest.extensions().get(i);
            String pointer = "/extensions/" + i;
            Class<?> point = load(manifest, extension.point(), pointer + "/point", loader);
            Class<?> type = load(manifest, extension.className(), pointer + "/class", loader);
            if (!point.isInterface() || !Modifier.isPublic(point.getModifiers())) {
                throw wrong(manifest, point.getName() + " is not a public interface.", pointer + "/point");
            }
            if (loader.equals(point.getClassLoader())) {
                throw wrong(
                        manifest,
                        "The extension point " + point.getName()
                                + " comes from the plugin itself; this host does not export it.",
                        pointer + "/point");
            }
            if (!point.isAssignableFrom(type)) {
                throw wrong(
                        manifest, type.getName() + " does not implement " + point.getName() + ".", pointer + "/class");
            }
            constructor(manifest, type, pointer + "/class", main, PluginContext.class);
            extensions.add(
                    new ExtensionClass(point, type, extension.name(), extension.order(), extension.properties()));
        }
        return new EntryPoints(main.asSubclass(Plugin.class), extensions);
    }

    /** Makes an object of {@code type} with the constructor that takes the most of {@code available}. Runs plugin code. */
    static Object construct(Class<?> type, Object... available) throws Exception {
        Constructor<?> constructor = constructor(
                        type, Arrays.stream(available).map(Object::getClass).toArray(Class<?>[]::new))
                .orElseThrow(() -> new NoSuchMethodException(type.getName()));
        constructor.setAccessible(true);
        Object[] arguments = Arrays.stream(constructor.getParameterTypes())
                .map(parameter -> Arrays.stream(available)
                        .filter(parameter::isInstance)
                        .findFirst()
                        .orElseThrow())
                .toArray();
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (thrown.getCause() instanceof Error cause) {
                throw cause;
            }
            throw thrown;
        }
    }

    private static void constructor(Manifest manifest, Class<?> type, String pointer, Class<?>... available) {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw wrong(manifest, type.getName() + " is abstract, so no object of it can be made.", pointer);
        }
        Optional<Constructor<?>> found;
        try {
            found = constructor(type, available);
        } catch (LinkageError failure) {
            throw link(manifest, type.getName(), failure, pointer);
        }
        if (found.isEmpty()) {
            throw wrong(
                    manifest,
                    type.getName() + " has no constructor that takes nothing or "
                            + String.join(
                                    " and/or ",
                                    Arrays.stream(available)
                                            .map(Class::getSimpleName)
                                            .toList())
                            + ".",
                    pointer);
        }
    }

    private static Optional<Constructor<?>> constructor(Class<?> type, Class<?>... available) {
        Constructor<?> best = null;
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            boolean usable = Arrays.stream(constructor.getParameterTypes())
                    .allMatch(parameter -> parameter != Object.class
                            && Arrays.stream(available).anyMatch(parameter::isAssignableFrom));
            boolean distinct =
                    Arrays.stream(constructor.getParameterTypes()).distinct().count()
                            == constructor.getParameterCount();
            if (usable && distinct && (best == null || best.getParameterCount() < constructor.getParameterCount())) {
                best = constructor;
            }
        }
        return Optional.ofNullable(best);
    }

    private static Class<?> load(Manifest manifest, String name, String what, ClassLoader loader) {
        String pointer = what.startsWith("/") ? what : "/" + what;
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException absent) {
            throw wrong(
                    manifest, "The class " + name + " is not in the plugin and not in an API of this host.", pointer);
        } catch (LinkageError failure) {
            throw link(manifest, name, failure, pointer);
        }
    }

    private static PlugbayException link(Manifest manifest, String name, LinkageError failure, String pointer) {
        return PlugbayException.of(
                        ErrorCode.LINK_ERROR,
                        "The class " + name + " of " + manifest.id() + " " + manifest.version() + " cannot be linked: "
                                + failure + ".")
                .plugin(manifest.id())
                .pointer(pointer)
                .remedy("Build the plugin against the APIs of this host and pack what else it needs into it.")
                .build();
    }

    private static PlugbayException wrong(Manifest manifest, String why, String pointer) {
        return PlugbayException.of(
                        ErrorCode.ENTRYPOINT_NOT_FOUND,
                        "The manifest of " + manifest.id() + " " + manifest.version()
                                + " names a class that cannot be used. " + why)
                .plugin(manifest.id())
                .pointer(pointer)
                .remedy("Let the annotation processor write the manifest, or correct it.")
                .build();
    }
}
