package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.PluginHost;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * The host for the routes, which serve before it is there: while plugins are still being tried every call of it fails with {@link ErrorCode#UNAVAILABLE}.
 *
 * <p>Written once by the thread that starts the host, read by every request: one volatile reference.
 */
final class StartingHost implements InvocationHandler {
    private volatile @Nullable PluginHost started;

    /** What the routes call. */
    PluginHost face() {
        return (PluginHost)
                Proxy.newProxyInstance(PluginHost.class.getClassLoader(), new Class<?>[] {PluginHost.class}, this);
    }

    /** From now on calls reach this host. */
    void started(PluginHost host) {
        started = host;
    }

    /** Whether every enabled plugin was tried once. */
    boolean ready() {
        return started != null;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        PluginHost host = started;
        if (host == null) {
            throw PlugbayException.of(ErrorCode.UNAVAILABLE, "The host is still starting its plugins.")
                    .remedy("Try again in a moment; GET /readyz says when it is ready.")
                    .build();
        }
        try {
            return method.invoke(host, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
