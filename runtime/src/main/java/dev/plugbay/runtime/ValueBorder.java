package dev.plugbay.runtime;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lets values cross, and nothing else. What is immutable and safe inside crosses as it is; collections and arrays are copied into the JDK's own; records are rebuilt only if
 * something inside had to be copied. A class is known to both sides when the extension point's loader finds this very class; an object of any other class is refused by name.
 *
 * <p>Shared by all calls of a point. What is known of a class is kept with that class, so a plugin's class is not kept by it.
 */
@SuppressWarnings("ReferenceEquality") // the very same object means that nothing had to be copied
final class ValueBorder {
    private static final int DEPTH = 200;

    /** Immutable, and nothing of a plugin can be inside. */
    static final Set<Class<?>> LEAVES = Set.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            Character.class,
            String.class,
            BigDecimal.class,
            BigInteger.class,
            UUID.class,
            URI.class,
            Locale.class,
            Currency.class,
            Instant.class,
            Duration.class,
            Period.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetDateTime.class,
            OffsetTime.class,
            ZonedDateTime.class,
            Year.class,
            YearMonth.class,
            MonthDay.class,
            DayOfWeek.class,
            Month.class,
            OptionalInt.class,
            OptionalLong.class,
            OptionalDouble.class);

    /** The JDK's immutable collections; sub-lists not, since they keep what is outside of them. */
    private static final Set<Class<?>> IMMUTABLE = Set.of(
            List.of().getClass(),
            List.of(1).getClass(),
            Set.of().getClass(),
            Set.of(1).getClass(),
            Map.of().getClass(),
            Map.of(1, 1).getClass());

    private final @Nullable ClassLoader loader;
    private final ClassValue<Known> known = new ClassValue<>() {
        @Override
        protected Known computeValue(Class<?> type) {
            return ValueBorder.this.look(type);
        }
    };

    /** A border for points of this loader. */
    ValueBorder(@Nullable ClassLoader loader) {
        this.loader = loader;
    }

    /** Something that does not cross. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, null, false, false);
        }
    }

    private record Known(boolean visible, @Nullable RecordCopier copier) {}

    /**
     * The value for the other side.
     *
     * @throws Refused when it is none
     */
    Object copy(@Nullable Object value) {
        return copy(value, 0);
    }

    /** Whether the object is of a kind that {@link #copy} takes, whatever is inside. */
    boolean isValue(Object value) {
        return LEAVES.contains(value.getClass())
                || value instanceof Enum<?>
                || value instanceof Record
                || value instanceof Optional<?>
                || value instanceof Collection<?>
                || value instanceof Map<?, ?>
                || value instanceof Path
                || value instanceof ZoneId
                || value.getClass().isArray();
    }

    Object copy(@Nullable Object value, int depth) {
        if (value == null) {
            throw new Refused("null is refused");
        }
        Class<?> type = value.getClass();
        if (LEAVES.contains(type)) {
            return value;
        }
        if (depth > DEPTH) {
            throw new Refused("values are nested deeper than " + DEPTH);
        }
        return switch (value) {
            case Enum<?> constant -> visible(constant.getDeclaringClass(), value);
            case Record record -> copyRecord(record, depth);
            case Optional<?> optional -> copyOptional(optional, depth);
            case List<?> list -> copyList(list, depth);
            case Set<?> set -> copySet(set, depth);
            case Collection<?> collection -> copyList(collection, depth);
            case Map<?, ?> map -> copyMap(map, depth);
            case Path path
            when path.getFileSystem() == FileSystems.getDefault() && type.getClassLoader() == null -> path;
            case ZoneId zone when type.getClassLoader() == null -> zone;
            default -> {
                if (type.isArray()) {
                    yield copyArray(value, type, depth);
                }
                throw refused(type);
            }
        };
    }

    private static Refused refused(Class<?> type) {
        return new Refused("an object of class " + type.getName() + " is no value and does not cross");
    }

    private Object visible(Class<?> type, Object value) {
        if (type.getClassLoader() != null && !known.get(type).visible()) {
            throw refused(type);
        }
        return value;
    }

    private Object copyRecord(Record value, int depth) {
        Known found = known.get(value.getClass());
        RecordCopier copier = found.copier();
        if (!found.visible() || copier == null) {
            throw refused(value.getClass());
        }
        return copier.copy(value, this, depth + 1);
    }

    private Object copyOptional(Optional<?> optional, int depth) {
        if (optional.isEmpty()) {
            return optional;
        }
        Object value = optional.get();
        Object copy = copy(value, depth + 1);
        return copy == value ? optional : Optional.of(copy);
    }

    private Object copyList(Collection<?> list, int depth) {
        boolean same = IMMUTABLE.contains(list.getClass());
        List<Object> copies = new ArrayList<>(same ? list.size() : 10);
        for (Object item : list) {
            Object copy = copy(item, depth + 1);
            same &= copy == item;
            copies.add(copy);
        }
        return same ? list : List.copyOf(copies);
    }

    private Object copySet(Set<?> set, int depth) {
        boolean same = IMMUTABLE.contains(set.getClass());
        boolean ordered = set instanceof SequencedSet<?>;
        Set<Object> copies = ordered ? new LinkedHashSet<>() : new HashSet<>();
        for (Object item : set) {
            Object copy = copy(item, depth + 1);
            same &= copy == item;
            copies.add(copy);
        }
        if (same) {
            return set;
        }
        return ordered ? Collections.unmodifiableSequencedSet((LinkedHashSet<Object>) copies) : Set.copyOf(copies);
    }

    private Object copyMap(Map<?, ?> map, int depth) {
        boolean same = IMMUTABLE.contains(map.getClass());
        LinkedHashMap<Object, Object> copies = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object key = entry.getKey();
            Object value = entry.getValue();
            Object keyCopy = copy(key, depth + 1);
            Object valueCopy = copy(value, depth + 1);
            same &= keyCopy == key && valueCopy == value;
            copies.put(keyCopy, valueCopy);
        }
        if (same) {
            return map;
        }
        return map instanceof SequencedMap<?, ?> ? Collections.unmodifiableSequencedMap(copies) : Map.copyOf(copies);
    }

    private Object copyArray(Object array, Class<?> type, int depth) {
        Class<?> component = type.componentType();
        int length = Array.getLength(array);
        Object copy = Array.newInstance(component, length);
        if (component.isPrimitive()) {
            System.arraycopy(array, 0, copy, 0, length);
            return copy;
        }
        Class<?> innermost = component;
        while (innermost.isArray()) {
            innermost = innermost.componentType();
        }
        visible(innermost, array);
        Object[] from = (Object[]) array;
        Object[] to = (Object[]) copy;
        for (int i = 0; i < length; i++) {
            Object item = copy(from[i], depth + 1);
            if (!component.isInstance(item)) {
                throw refused(type); // an array of mutable collections, whose copies are of another class
            }
            to[i] = item;
        }
        return copy;
    }

    private Known look(Class<?> type) {
        if (!seen(type)) {
            return new Known(false, null);
        }
        return new Known(true, type.isRecord() ? RecordCopier.of(type) : null);
    }

    private boolean seen(Class<?> type) {
        if (type.getClassLoader() == null || type.getClassLoader() == loader) {
            return !type.isHidden();
        }
        try {
            return Class.forName(type.getName(), false, loader) == type;
        } catch (ClassNotFoundException | LinkageError unknown) {
            return false;
        }
    }
}
