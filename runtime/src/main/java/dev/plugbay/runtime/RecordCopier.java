package dev.plugbay.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/** Copies records of one class: through accessors and canonical constructor, and only if something inside had to be copied. Immutable. */
@SuppressWarnings("ReferenceEquality") // the very same object means that nothing had to be copied
final class RecordCopier {
    private final MethodHandle constructor; // (Object[])Object
    private final List<MethodHandle> accessors; // each (Object)Object
    private final boolean[] mayChange;

    private RecordCopier(MethodHandle constructor, List<MethodHandle> accessors, boolean[] mayChange) {
        this.constructor = constructor;
        this.accessors = accessors;
        this.mayChange = mayChange;
    }

    /** A copier for a record class that the host can see. */
    static RecordCopier of(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        try {
            MethodHandles.Lookup lookup = type.getModule() == RecordCopier.class.getModule()
                            || !type.getModule().isNamed()
                    ? MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    : MethodHandles.publicLookup();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            MethodHandle constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
            MethodHandle[] accessors = new MethodHandle[components.length];
            boolean[] mayChange = new boolean[components.length];
            for (int i = 0; i < components.length; i++) {
                accessors[i] = lookup.unreflect(components[i].getAccessor())
                        .asType(MethodType.methodType(Object.class, Object.class));
                mayChange[i] = !types[i].isPrimitive();
            }
            return new RecordCopier(constructor, List.of(accessors), mayChange);
        } catch (ReflectiveOperationException closed) {
            throw new ValueBorder.Refused("record " + type.getName() + " cannot be read: " + closed.getMessage());
        }
    }

    Object copy(Object record, ValueBorder border, int depth) {
        Object[] copies = null;
        try {
            for (int i = 0; i < mayChange.length; i++) {
                if (!mayChange[i]) {
                    continue;
                }
                Object value = (Object) accessors.get(i).invokeExact(record);
                if (value == null) {
                    throw new ValueBorder.Refused(
                            "null is refused, here in a " + record.getClass().getName());
                }
                Object copy = border.copy(value, depth);
                if (copy != value) {
                    copies = copies == null ? new Object[mayChange.length] : copies;
                    copies[i] = copy;
                }
            }
            return copies == null ? record : rebuild(record, copies);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new ValueBorder.Refused(
                    "record " + record.getClass().getName() + " cannot be copied: " + Failures.describe(failure));
        }
    }

    private Object rebuild(Object record, Object[] copies) throws Throwable {
        for (int i = 0; i < copies.length; i++) {
            if (copies[i] == null) {
                copies[i] = (Object) accessors.get(i).invokeExact(record);
            }
        }
        return (Object) constructor.invokeExact(copies);
    }
}
