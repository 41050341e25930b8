package dev.plugbay.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/** Stores in files that tests get between. */
final class Stores {
    private Stores() {}

    /** What a test does before a method of this name. */
    interface Before {
        void call(String method) throws Exception;
    }

    /** One in this folder. */
    static HostStore of(Path home, Before before) {
        FileHostStore files = new FileHostStore(home);
        return (HostStore) Proxy.newProxyInstance(
                Stores.class.getClassLoader(), new Class<?>[] {HostStore.class}, (proxy, method, arguments) -> {
                    before.call(method.getName());
                    try {
                        return method.invoke(files, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
