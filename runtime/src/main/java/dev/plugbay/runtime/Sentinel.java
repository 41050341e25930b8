package dev.plugbay.runtime;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;

/**
 * A class loader that nobody holds. It defines a class, because a loader without one goes with any young collection, while
 * one with classes - like a plugin's - goes only when classes are unloaded.
 */
final class Sentinel extends ClassLoader {
    private static final byte[] CLASS =
            ClassFile.of().build(ClassDesc.of("dev.plugbay.runtime.sentinel.Empty"), type -> {});

    private Sentinel() {
        super("plugbay-sentinel", null);
    }

    static ClassLoader make() {
        Sentinel sentinel = new Sentinel();
        sentinel.defineClass(null, CLASS, 0, CLASS.length);
        return sentinel;
    }
}
