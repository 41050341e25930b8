package dev.plugbay.runtime;

import java.beans.Introspector;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Constructor;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.ResponseCache;
import java.nio.charset.Charset;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ResourceBundle;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Takes back what a plugin registered with the JDK on its own, as far as public means allow. Each touches only what this very class loader
 * owns: closing a shared thing would close it for all plugins.
 */
final class Cleaners {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Cleaners.class);

    private static final List<String> SHARED =
            List.of("ForkJoinPool.commonPool-", "CompletableFutureDelayScheduler", "Keep-Alive-", "process reaper");

    private Cleaners() {}

    /** Runs them all; some call back into the plugin, so this belongs on a hook thread. */
    static void run(PluginClassLoader loader) {
        List<Runnable> all = List.of(
                () -> ResourceBundle.clearCache(loader),
                () -> drivers(loader),
                () -> beans(loader),
                () -> logging(loader),
                () -> providers(loader),
                () -> network(loader),
                () -> streams(loader),
                () -> properties(loader),
                () -> uncaught(loader),
                () -> sharedThreads(loader),
                () -> introspection(loader));
        for (Runnable cleaner : all) {
            try {
                cleaner.run();
            } catch (RuntimeException | LinkageError failure) {
                LOG.warn("A cleaner for {} failed: {}", loader.getName(), Failures.describe(failure));
            }
        }
    }

    private static boolean owns(ClassLoader loader, @Nullable Object thing) {
        return thing != null && loader.equals(thing.getClass().getClassLoader());
    }

    private static void beans(ClassLoader loader) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(null, null)) {
            try {
                if (loader.equals(server.getClassLoaderFor(name))) {
                    server.unregisterMBean(name);
                }
            } catch (JMException gone) {
                // Somebody else was first.
            }
        }
    }

    /** Only a class of the plugin's own loader is shown its drivers. */
    private static void drivers(PluginClassLoader loader) {
        if (loader.used("java.sql")) {
            try {
                Constructor<? extends Runnable> cleaner =
                        loader.defineHelper(DriverCleaner.class).getDeclaredConstructor();
                cleaner.setAccessible(true); // its package is that of another loader
                cleaner.newInstance().run();
            } catch (ReflectiveOperationException | IOException failure) {
                LOG.warn("The drivers of {} could not be deregistered: {}", loader.getName(), failure.toString());
            }
        }
    }

    private static void logging(ClassLoader loader) {
        LogManager manager = LogManager.getLogManager();
        for (var names = manager.getLoggerNames(); names.hasMoreElements(); ) {
            Logger logger = manager.getLogger(names.nextElement());
            if (logger == null) {
                continue;
            }
            if (owns(loader, logger.getFilter())) {
                logger.setFilter(null);
            }
            for (Handler handler : logger.getHandlers()) {
                if (owns(loader, handler)) {
                    logger.removeHandler(handler);
                } else {
                    strip(loader, handler);
                }
            }
        }
    }

    private static void strip(ClassLoader loader, Handler handler) {
        if (owns(loader, handler.getFilter())) {
            handler.setFilter(null);
        }
        if (owns(loader, handler.getFormatter())) {
            handler.setFormatter(new SimpleFormatter());
        }
        if (owns(loader, handler.getErrorManager())) {
            handler.setErrorManager(new ErrorManager());
        }
    }

    private static void network(ClassLoader loader) {
        if (owns(loader, ProxySelector.getDefault())) {
            ProxySelector.setDefault(null);
        }
        if (owns(loader, Authenticator.getDefault())) {
            Authenticator.setDefault(null);
        }
        if (owns(loader, CookieHandler.getDefault())) {
            CookieHandler.setDefault(null);
        }
        if (owns(loader, ResponseCache.getDefault())) {
            ResponseCache.setDefault(null);
        }
    }

    /** What was there before is not known, so the process's own streams come back. */
    private static void streams(ClassLoader loader) {
        if (owns(loader, System.out)) {
            System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, Charset.defaultCharset()));
        }
        if (owns(loader, System.err)) {
            System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, Charset.defaultCharset()));
        }
        if (owns(loader, System.in)) {
            System.setIn(new FileInputStream(FileDescriptor.in));
        }
    }

    /** Threads of the JDK that everybody uses keep the context loader of whoever needed them first. Others of that loader are the plugin's, and are named. */
    private static void sharedThreads(ClassLoader loader) {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        Thread[] threads = new Thread[top.activeCount() * 2 + 64];
        int count = top.enumerate(threads);
        for (int i = 0; i < count; i++) {
            Thread thread = threads[i];
            boolean shared = SHARED.stream().anyMatch(thread.getName()::startsWith);
            if (shared && loader.equals(thread.getContextClassLoader())) {
                thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
            }
        }
    }

    private static void introspection(PluginClassLoader loader) {
        if (loader.used("java.beans")) {
            Introspector.flushCaches();
        }
    }

    private static void providers(ClassLoader loader) {
        for (Provider provider : Security.getProviders()) {
            if (owns(loader, provider)) {
                Security.removeProvider(provider.getName());
            }
        }
    }

    private static void properties(ClassLoader loader) {
        Properties properties = System.getProperties();
        for (Map.Entry<Object, Object> entry : List.copyOf(properties.entrySet())) {
            if (owns(loader, entry.getKey()) || owns(loader, entry.getValue())) {
                properties.remove(entry.getKey(), entry.getValue());
            }
        }
    }

    private static void uncaught(ClassLoader loader) {
        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
        if (handler != null && owns(loader, handler)) {
            Thread.setDefaultUncaughtExceptionHandler(null);
        }
    }
}
