package dev.plugbay.runtime;

import dev.plugbay.runtime.Crossing.Kind;
import dev.plugbay.runtime.PointShape.MethodShape;
import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Decides from declared types how parameters and results of one point cross, and refuses those that cannot. */
final class Crossings {
    private static final Set<Class<?>> CONTAINERS = Set.of(
            Optional.class,
            Collection.class,
            List.class,
            Set.class,
            Map.class,
            SequencedCollection.class,
            SequencedSet.class,
            SequencedMap.class);
    private static final Set<Class<?>> STAGES = Set.of(CompletionStage.class, CompletableFuture.class);

    private final Class<?> point;
    private final boolean local;

    Crossings(Class<?> point, boolean local) {
        this.point = point;
        this.local = local;
    }

    MethodShape shape(Method method, MethodInfo info) {
        Type[] generic = method.getGenericParameterTypes();
        Class<?>[] types = method.getParameterTypes();
        List<Crossing> parameters = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            requirePublic(method, types[i]);
            parameters.add(parameter(method, types[i], generic[i], i == types.length - 1));
        }
        requirePublic(method, method.getReturnType());
        return new MethodShape(
                method,
                info,
                List.copyOf(parameters),
                result(method, method.getReturnType(), method.getGenericReturnType()));
    }

    private Crossing parameter(Method method, Class<?> type, Type generic, boolean last) {
        if (type.isPrimitive()) {
            return Crossing.of(Kind.PLAIN, type);
        }
        if (isValue(generic, new HashSet<>())) {
            return Crossing.of(Kind.VALUE, type);
        }
        if (type == InputStream.class) {
            return Crossing.of(Kind.INPUT, type);
        }
        if (type == OutputStream.class) {
            return Crossing.of(Kind.OUTPUT, type);
        }
        if (isCallable(type) && (last || local)) {
            return Crossing.of(Kind.LISTENER, type);
        }
        throw PointShape.refused(point, "method " + method.getName() + " takes " + generic.getTypeName());
    }

    private Crossing result(Method method, Class<?> type, Type generic) {
        if (type.isPrimitive()) {
            return Crossing.of(Kind.PLAIN, type);
        }
        if (isValue(generic, new HashSet<>())) {
            return Crossing.of(Kind.VALUE, type);
        }
        if (type == InputStream.class) {
            return Crossing.of(Kind.INPUT, type);
        }
        if (type == OutputStream.class) {
            return Crossing.of(Kind.OUTPUT, type);
        }
        if (type == AutoCloseable.class || type == Closeable.class) {
            return Crossing.of(Kind.CLOSEABLE, type);
        }
        if (STAGES.contains(type) && isValue(argument(generic, 0), new HashSet<>())) {
            return Crossing.of(Kind.STAGE, type);
        }
        if (local) {
            Class<?> child = type == Optional.class || type == List.class ? erased(argument(generic, 0)) : type;
            if (isCallable(child) && PointShape.isPublic(child)) {
                return new Crossing(Kind.CHILD, type, child);
            }
        }
        throw PointShape.refused(point, "method " + method.getName() + " returns " + generic.getTypeName());
    }

    private void requirePublic(Method method, Class<?> type) {
        if (!PointShape.isPublic(type)) {
            throw PointShape.refused(
                    point, "method " + method.getName() + " uses " + type.getName() + ", which is not public");
        }
    }

    private static boolean isCallable(Class<?> type) {
        return type.isInterface()
                && !Iterable.class.isAssignableFrom(type)
                && !java.util.Iterator.class.isAssignableFrom(type)
                && !java.util.Spliterator.class.isAssignableFrom(type)
                && !java.util.Enumeration.class.isAssignableFrom(type)
                && !java.util.stream.BaseStream.class.isAssignableFrom(type)
                && !Map.class.isAssignableFrom(type)
                && !type.isSealed();
    }

    /** Whether every object of the type is a value, or is at least looked at when it crosses. */
    private boolean isValue(Type type, Set<Type> seen) {
        if (!seen.add(type)) {
            return true; // refers to itself; decided further out
        }
        return switch (type) {
            case Class<?> plain -> isValueClass(plain, seen);
            case ParameterizedType of ->
                isValue(of.getRawType(), seen)
                        && List.of(of.getActualTypeArguments()).stream().allMatch(argument -> isValue(argument, seen));
            case GenericArrayType array -> isValue(array.getGenericComponentType(), seen);
            case TypeVariable<?> variable ->
                List.of(variable.getBounds()).stream().allMatch(bound -> isValueOrAny(bound, seen));
            case WildcardType wildcard ->
                List.of(wildcard.getUpperBounds()).stream().allMatch(bound -> isValueOrAny(bound, seen));
            default -> false;
        };
    }

    /** Bounds such as {@code Comparable} say nothing; what crosses is looked at by its class. */
    private boolean isValueOrAny(Type type, Set<Type> seen) {
        Class<?> erased = erased(type);
        return erased == Object.class || erased == Comparable.class || isValue(type, seen);
    }

    private boolean isValueClass(Class<?> type, Set<Type> seen) {
        if (type.isPrimitive()
                || ValueBorder.LEAVES.contains(type)
                || CONTAINERS.contains(type)
                || type == Object.class
                || type == Number.class
                || type == Enum.class
                || type == Record.class
                || type == Path.class
                || type == ZoneId.class
                || type.isEnum()) {
            return true;
        }
        if (type.isArray()) {
            return isValue(type.componentType(), seen);
        }
        if (type.isRecord()) {
            for (RecordComponent component : type.getRecordComponents()) {
                if (!isValue(component.getGenericType(), seen)) {
                    return false;
                }
            }
            return true;
        }
        if (type.isSealed() && type.isInterface()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                if (!isValue(permitted, seen)) {
                    return false;
                }
            }
            return true;
        }
        return false;
    }

    private static Type argument(Type type, int index) {
        return type instanceof ParameterizedType of ? of.getActualTypeArguments()[index] : Object.class;
    }

    private static Class<?> erased(Type type) {
        return switch (type) {
            case Class<?> plain -> plain;
            case ParameterizedType of -> erased(of.getRawType());
            case TypeVariable<?> variable -> erased(variable.getBounds()[0]);
            case WildcardType wildcard -> erased(wildcard.getUpperBounds()[0]);
            default -> Object.class;
        };
    }
}
