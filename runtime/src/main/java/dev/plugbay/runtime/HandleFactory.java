package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * Makes handles: one hidden class for each extension point, in a bridge loader that sees what the interface's loader sees.
 *
 * <p>Shared by all threads that ask for handles. The class of a point is kept with the point ({@link ClassValue}) and refers to no host, so neither keeps the other.
 */
final class HandleFactory {
    private final CallGuard guard;
    private final ClassValue<MethodHandle> points = new Makers(false);
    private final ClassValue<MethodHandle> children = new Makers(true);

    HandleFactory(CallGuard guard) {
        this.guard = guard;
    }

    CallGuard guard() {
        return guard;
    }

    /**
     * The handle for the extension {@code name} of {@code point} behind {@code ref}: the same object for as long as anybody holds it.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_REQUEST} when the interface cannot be an extension point
     */
    <T> T handle(Class<T> point, TargetRef ref, String name) {
        MethodHandle maker = points.get(point);
        return point.cast(ref.handle(
                point,
                name,
                () -> make(
                        maker,
                        new HandleState.OfExtension(
                                this, ref, ref.place(point.getName(), name), point.getName(), name))));
    }

    /** A handle for an object that an extension of a local point returned. */
    <T> T child(Class<T> type, ChildRef child) {
        return type.cast(make(children.get(type), new HandleState.OfChild(this, child)));
    }

    private static Object make(MethodHandle maker, HandleState state) {
        try {
            return (Object) maker.invokeExact((Object) state);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable defect) {
            throw new IllegalStateException(defect);
        }
    }

    /** Constructors of handle classes, (Object)Object. */
    private static final class Makers extends ClassValue<MethodHandle> {
        private final boolean child;

        private Makers(boolean child) {
            this.child = child;
        }

        @Override
        protected MethodHandle computeValue(Class<?> point) {
            PointShape shape = child ? PointShape.of(point, true) : PointShape.of(point);
            HandleWriter writer = new HandleWriter(shape);
            byte[] bytes = writer.write();
            try {
                MethodHandles.Lookup handle = new Bridge(point.getClassLoader())
                        .lookup()
                        .defineHiddenClassWithClassData(bytes, writer.constants(), true);
                return handle.findConstructor(handle.lookupClass(), MethodType.methodType(void.class, Object.class))
                        .asType(MethodType.methodType(Object.class, Object.class));
            } catch (ReflectiveOperationException | LinkageError failure) {
                throw PlugbayException.of(
                                ErrorCode.LINK_ERROR,
                                point.getName() + " cannot be an extension point: " + Failures.describe(failure))
                        .build();
            }
        }
    }

    /** Sees what the interface's loader sees; the home of one handle class. */
    private static final class Bridge extends ClassLoader {
        Bridge(@Nullable ClassLoader parent) {
            super("plugbay-handles", parent == null ? ClassLoader.getPlatformClassLoader() : parent);
        }

        /** A lookup with every privilege in this loader; only a class in it can make one. */
        MethodHandles.Lookup lookup() throws ReflectiveOperationException {
            String name = HandleWriter.PACKAGE + ".Home";
            ClassDesc lookup = MethodHandles.Lookup.class.describeConstable().orElseThrow();
            MethodTypeDesc type = MethodTypeDesc.of(lookup);
            byte[] bytes = ClassFile.of()
                    .build(
                            ClassDesc.of(name),
                            home -> home.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                                    .withMethodBody(
                                            "lookup",
                                            type,
                                            ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                            code -> code.invokestatic(ConstantDescs.CD_MethodHandles, "lookup", type)
                                                    .areturn()));
            Class<?> home = defineClass(name, bytes, 0, bytes.length);
            return (MethodHandles.Lookup) home.getMethod("lookup").invoke(null);
        }
    }
}
