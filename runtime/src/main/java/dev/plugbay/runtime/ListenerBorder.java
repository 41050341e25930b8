package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin sees of a listener of the host's. Immutable; values are copied both ways.
 *
 * @param listener the host's own object
 * @param border lets values cross
 * @param loan the way to it
 */
record ListenerBorder(Class<?> type, Object listener, ValueBorder border, Loan loan) implements InvocationHandler {
    static Object wrap(Class<?> type, Object listener, ValueBorder border, Loan loan) {
        return Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new ListenerBorder(type, listener, border, loan));
    }

    @Override
    @SuppressWarnings({"NullAway", "ReferenceEquality"}) // a void method answers null; equals is identity
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "listener " + type.getName() + " of the host";
            };
        }
        String what = type.getSimpleName() + "." + method.getName();
        Object[] copies = copies(what, arguments);
        return loan.use(what, () -> {
            Object answer;
            try {
                answer = method.invoke(listener, copies);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause() instanceof Exception failure ? failure : thrown;
            }
            return method.getReturnType() == void.class
                            || method.getReturnType().isPrimitive()
                    ? answer
                    : border.copy(answer);
        });
    }

    private Object[] copies(String what, @Nullable Object @Nullable [] arguments) {
        if (arguments == null) {
            return new Object[0];
        }
        Object[] copies = new Object[arguments.length];
        for (int i = 0; i < copies.length; i++) {
            try {
                copies[i] = border.copy(arguments[i]);
            } catch (ValueBorder.Refused refused) {
                throw PlugbayException.of(
                                ErrorCode.INVALID_REQUEST, "argument of " + what + ": " + refused.getMessage())
                        .build();
            }
        }
        return copies;
    }
}
