package dev.plugbay.runtime;

import dev.plugbay.runtime.PointShape.MethodShape;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the class of an extension point's handles. Each method converts what needs it, enters, calls the extension, and leaves:
 *
 * <pre>
 * R method(A a, int n) {
 *     a = (A) argument(a);
 *     Object frame = enter(state);
 *     R result;
 *     try {
 *         result = ((Point) extension(frame)).method(a, n);
 *     } catch (Throwable failure) {
 *         throw fail(state, frame, failure);
 *     }
 *     return (R) result(state, frame, result);
 * }
 * </pre>
 *
 * What it calls are constants of the class: method handles on {@link HandleSupport}, so no name of the runtime is in it.
 */
final class HandleWriter {
    static final String PACKAGE = "dev.plugbay.handles";

    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    private static final ClassDesc SELF = ClassDesc.of(PACKAGE + ".Handle");
    private static final MethodHandles.Lookup SUPPORT = MethodHandles.lookup();

    private final PointShape shape;
    private final ClassDesc point;
    private final List<MethodHandle> constants = new ArrayList<>();

    HandleWriter(PointShape shape) {
        this.shape = shape;
        this.point = descriptor(shape.point());
    }

    /** The class file; the constants are complete after this. */
    byte[] write() {
        return ClassFile.of().build(SELF, this::body);
    }

    /** What the class takes as its class data. */
    List<MethodHandle> constants() {
        return List.copyOf(constants);
    }

    private void body(ClassBuilder builder) {
        builder.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
                .withInterfaceSymbols(point)
                .withField("state", OBJECT, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL)
                .withMethodBody(
                        ConstantDescs.INIT_NAME,
                        MethodTypeDesc.of(ConstantDescs.CD_void, OBJECT),
                        ClassFile.ACC_PUBLIC,
                        code -> code.aload(0)
                                .invokespecial(OBJECT, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                                .aload(0)
                                .aload(1)
                                .putfield(SELF, "state", OBJECT)
                                .return_())
                .withMethodBody("toString", MethodTypeDesc.of(ConstantDescs.CD_String), ClassFile.ACC_PUBLIC, code -> {
                    MethodHandle name = support("name", String.class, PointShape.class, Object.class)
                            .bindTo(shape);
                    load(code, name);
                    state(code);
                    invoke(code, name);
                    code.areturn();
                });
        for (MethodShape method : shape.methods()) {
            builder.withMethodBody(
                    method.method().getName(),
                    descriptor(method.method()),
                    ClassFile.ACC_PUBLIC,
                    code -> method(code, method));
        }
    }

    private void method(CodeBuilder code, MethodShape method) {
        List<Crossing> parameters = method.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).kind() == Crossing.Kind.VALUE) {
                MethodHandle argument = MethodHandles.insertArguments(
                        support("argument", Object.class, ValueBorder.class, String.class, Object.class),
                        0,
                        shape.border(),
                        method.info().label());
                load(code, argument);
                code.aload(code.parameterSlot(i));
                invoke(code, argument);
                code.checkcast(descriptor(parameters.get(i).type())).astore(code.parameterSlot(i));
            }
        }
        int frame = code.allocateLocal(TypeKind.REFERENCE);
        MethodHandle enter =
                support("enter", Object.class, MethodShape.class, Object.class).bindTo(method);
        load(code, enter);
        state(code);
        invoke(code, enter);
        code.astore(frame);

        var start = code.newBoundLabel();
        forward(code, method, frame);
        TypeKind kind = TypeKind.from(method.method().getReturnType());
        int result = kind == TypeKind.VOID ? -1 : code.allocateLocal(kind);
        if (result >= 0) {
            code.storeLocal(kind, result);
        }
        var end = code.newBoundLabel(); // what follows is not the plugin's
        leave(code, method, frame, result);
        var handler = code.newBoundLabel();
        int failure = code.allocateLocal(TypeKind.REFERENCE);
        code.astore(failure);
        MethodHandle fail = support("fail", RuntimeException.class, Object.class, Object.class, Throwable.class);
        load(code, fail);
        state(code);
        code.aload(frame).aload(failure);
        invoke(code, fail);
        code.athrow().exceptionCatchAll(start, end, handler);
    }

    private void forward(CodeBuilder code, MethodShape method, int frame) {
        MethodHandle extension = support("extension", Object.class, Object.class);
        load(code, extension);
        code.aload(frame);
        invoke(code, extension);
        code.checkcast(point);
        List<Crossing> parameters = method.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            Crossing crossing = parameters.get(i);
            int slot = code.parameterSlot(i);
            switch (crossing.kind()) {
                case PLAIN, VALUE -> code.loadLocal(TypeKind.from(crossing.type()), slot);
                default -> {
                    MethodHandle lend = MethodHandles.insertArguments(
                            support(
                                    "lend",
                                    Object.class,
                                    ValueBorder.class,
                                    Crossing.class,
                                    MethodShape.class,
                                    Object.class,
                                    Object.class),
                            0,
                            shape.border(),
                            crossing,
                            method);
                    load(code, lend);
                    code.aload(frame).aload(slot);
                    invoke(code, lend);
                    code.checkcast(descriptor(crossing.type()));
                }
            }
        }
        code.invokeinterface(point, method.method().getName(), descriptor(method.method()));
    }

    private void leave(CodeBuilder code, MethodShape method, int frame, int result) {
        if (method.result().kind() == Crossing.Kind.PLAIN) {
            TypeKind kind = TypeKind.from(method.result().type());
            MethodHandle exit = support("exit", void.class, Object.class, Object.class);
            load(code, exit);
            state(code);
            code.aload(frame);
            invoke(code, exit);
            if (kind != TypeKind.VOID) {
                code.loadLocal(kind, result);
            }
            code.return_(kind);
            return;
        }
        MethodHandle cross = MethodHandles.insertArguments(
                support(
                        "result",
                        Object.class,
                        ValueBorder.class,
                        MethodShape.class,
                        Object.class,
                        Object.class,
                        Object.class),
                0,
                shape.border(),
                method);
        load(code, cross);
        state(code);
        code.aload(frame).aload(result);
        invoke(code, cross);
        code.checkcast(descriptor(method.result().type())).areturn();
    }

    private void state(CodeBuilder code) {
        code.aload(0).getfield(SELF, "state", OBJECT);
    }

    private void load(CodeBuilder code, MethodHandle handle) {
        code.ldc(DynamicConstantDesc.ofNamed(
                ConstantDescs.BSM_CLASS_DATA_AT,
                ConstantDescs.DEFAULT_NAME,
                ConstantDescs.CD_MethodHandle,
                constants.size()));
        constants.add(handle);
    }

    private static void invoke(CodeBuilder code, MethodHandle handle) {
        code.invokevirtual(
                ConstantDescs.CD_MethodHandle,
                "invokeExact",
                handle.type().describeConstable().orElseThrow());
    }

    private static MethodHandle support(String name, Class<?> result, Class<?>... parameters) {
        try {
            return SUPPORT.findStatic(HandleSupport.class, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException defect) {
            throw new IllegalStateException(defect);
        }
    }

    private static ClassDesc descriptor(Class<?> type) {
        return ClassDesc.ofDescriptor(type.descriptorString());
    }

    private static MethodTypeDesc descriptor(Method method) {
        return MethodTypeDesc.ofDescriptor(MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .descriptorString());
    }
}
