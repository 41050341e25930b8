package dev.plugbay.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Acts on signals. Java has no public way of telling one signal from another; {@code sun.misc.Signal} of the module
 * {@code jdk.unsupported} is there in every JDK, but the compiler warns of its name, hence the reflection. Where it is
 * absent or a signal is taken or ignored (as {@code nohup} does), the signal does what it would have done.
 */
final class Signals {
    private Signals() {}

    /** Runs an action at each signal of that name, such as {@code INT}, in place of what it would do. */
    static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler acting = (proxy, method, args) -> switch (method.getName()) {
                case "handle" -> {
                    action.run();
                    yield null;
                }
                case "equals" -> System.identityHashCode(proxy) == System.identityHashCode(args[0]);
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "action of " + name;
            };
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, acting);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException notHere) {
            // The signal keeps its usual effect.
        }
    }
}
