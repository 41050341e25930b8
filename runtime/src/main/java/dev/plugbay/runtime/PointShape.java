package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.ExtensionPoint;
import dev.plugbay.api.LongRunning;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.ReadOnly;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a handle must know of an interface: its methods, and how each parameter and result crosses. Making one is the check whether the interface can be an
 * extension point at all.
 *
 * @param point the interface
 * @param border lets its values cross
 * @param local whether interfaces that it returns become child handles
 * @param methods every method to forward, bridges and defaults included
 */
record PointShape(Class<?> point, ValueBorder border, boolean local, List<MethodShape> methods) {
    /**
     * A method.
     *
     * @param method the method
     * @param info what the guard must know
     * @param parameters how each parameter crosses
     * @param result how the result crosses
     */
    record MethodShape(Method method, MethodInfo info, List<Crossing> parameters, Crossing result) {}

    /**
     * Looks at an interface.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_REQUEST} when it cannot be an extension point, with the method and type that are in the way
     */
    static PointShape of(Class<?> point) {
        ExtensionPoint annotation = point.getAnnotation(ExtensionPoint.class);
        return of(point, annotation != null && annotation.local());
    }

    /** As {@link #of(Class)}, for an interface that a local point returns. */
    static PointShape of(Class<?> point, boolean local) {
        if (!point.isInterface() || point.isAnnotation() || point.isHidden()) {
            throw refused(point, "it is no interface");
        }
        if (!isPublic(point)) {
            throw refused(point, "it is not public");
        }
        ValueBorder border = new ValueBorder(point.getClassLoader());
        Crossings crossings = new Crossings(point, local);
        List<MethodShape> shapes = new ArrayList<>();
        for (Method method : forwarded(point)) {
            MethodInfo info = new MethodInfo(
                    point.getSimpleName() + "." + method.getName(),
                    method.isAnnotationPresent(LongRunning.class),
                    method.isAnnotationPresent(ReadOnly.class));
            shapes.add(crossings.shape(method, info));
        }
        return new PointShape(point, border, local, List.copyOf(shapes));
    }

    static PlugbayException refused(Class<?> point, String why) {
        return PlugbayException.of(ErrorCode.INVALID_REQUEST, point.getName() + " cannot be an extension point: " + why)
                .remedy(
                        "Use values, streams and one listener in its methods, or mark it @ExtensionPoint(local = true).")
                .build();
    }

    static boolean isPublic(Class<?> type) {
        Class<?> innermost = type;
        while (innermost.isArray()) {
            innermost = innermost.componentType();
        }
        return Modifier.isPublic(innermost.getModifiers());
    }

    /** Every instance method by name and descriptor, the most specific first; those of {@code Object} are the handle's own. */
    private static List<Method> forwarded(Class<?> point) {
        Map<String, Method> found = new LinkedHashMap<>();
        Arrays.stream(point.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !ofObject(method))
                .sorted((a, b) -> key(a).compareTo(key(b)))
                .forEach(method -> found.merge(
                        key(method),
                        method,
                        (a, b) -> a.getDeclaringClass().isAssignableFrom(b.getDeclaringClass()) ? b : a));
        return List.copyOf(found.values());
    }

    private static String key(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::descriptorString)
                        .collect(Collectors.joining("", "(", ")"))
                + method.getReturnType().descriptorString();
    }

    private static boolean ofObject(Method method) {
        try {
            @Nullable Method same = Object.class.getMethod(method.getName(), method.getParameterTypes());
            return same.getReturnType() == method.getReturnType();
        } catch (NoSuchMethodException none) {
            return false;
        }
    }
}
