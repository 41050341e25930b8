package dev.plugbay.daemon;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Acts on signals, in place of Java, which lets nobody tell the second one from the first. {@code sun.misc.Signal} of the module {@code jdk.unsupported} is in every JDK, but the compiler
 * warns of its name, hence the reflection. Where it is absent or a signal is ignored (as {@code nohup} does), the signal does what it would have done.
 */
final class Signals {
    private Signals() {}

    /** Runs an action with the signal's number at each signal of that name, such as {@code INT}. */
    static void on(String name, IntConsumer action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object one = signal.getConstructor(String.class).newInstance(name);
            int number = (int) signal.getMethod("getNumber").invoke(one);
            InvocationHandler acting = (proxy, method, args) -> switch (method.getName()) {
                case "handle" -> {
                    action.accept(number);
                    yield null;
                }
                case "equals" -> System.identityHashCode(proxy) == System.identityHashCode(args[0]);
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "action of " + name;
            };
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            one,
                            Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, acting));
        } catch (ReflectiveOperationException notHere) {
            // The signal keeps its usual effect.
        }
    }
}
