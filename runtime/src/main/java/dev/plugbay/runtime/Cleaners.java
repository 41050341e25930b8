package dev.plugbay.runtime;

import java.lang.management.ManagementFactory;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ResourceBundle;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.LoggerFactory;

/**
 * Takes back what a plugin registered with the JDK on its own, as far as public means allow. Each touches only what this very class loader
 * owns: closing a shared thing would close it for all plugins.
 */
final class Cleaners {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Cleaners.class);

    private Cleaners() {}

    static void run(ClassLoader loader) {
        List<Runnable> all = List.of(
                () -> ResourceBundle.clearCache(loader),
                () -> beans(loader),
                () -> logHandlers(loader),
                () -> providers(loader),
                () -> properties(loader),
                () -> uncaught(loader));
        for (Runnable cleaner : all) {
            try {
                cleaner.run();
            } catch (RuntimeException failure) {
                LOG.warn("A cleaner for {} failed: {}", loader.getName(), failure.toString());
            }
        }
    }

    private static boolean owns(ClassLoader loader, Object thing) {
        return loader.equals(thing.getClass().getClassLoader());
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

    private static void logHandlers(ClassLoader loader) {
        LogManager manager = LogManager.getLogManager();
        for (var names = manager.getLoggerNames(); names.hasMoreElements(); ) {
            Logger logger = manager.getLogger(names.nextElement());
            if (logger != null) {
                for (Handler handler : logger.getHandlers()) {
                    if (owns(loader, handler)) {
                        logger.removeHandler(handler);
                    }
                }
            }
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
