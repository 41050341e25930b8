package dev.plugbay.plugins.libvirt;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/** A C function. Arguments are of exactly the types that it was declared with, boxed; a call blocks its platform thread for as long as it takes. */
@SuppressWarnings("restricted") // calling C is what it is for
final class CFunction {
    private final String name;
    private final MethodHandle handle;

    private CFunction(String name, MethodHandle handle) {
        this.name = name;
        this.handle = handle;
    }

    static CFunction of(Linker linker, String name, MemorySegment address, FunctionDescriptor descriptor) {
        MethodHandle handle = linker.downcallHandle(address, descriptor);
        int arguments = handle.type().parameterCount();
        return new CFunction(
                name,
                handle.asSpreader(Object[].class, arguments)
                        .asType(MethodType.methodType(Object.class, Object[].class)));
    }

    int callInt(Object... arguments) {
        return (Integer) call(arguments);
    }

    long callLong(Object... arguments) {
        return (Long) call(arguments);
    }

    MemorySegment callPointer(Object... arguments) {
        return (MemorySegment) call(arguments);
    }

    void callVoid(Object... arguments) {
        Object ignored = call(arguments);
    }

    private Object call(Object[] arguments) {
        try {
            return (Object) handle.invokeExact(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a C function throws nothing, but " + name + " did", e);
        }
    }
}
