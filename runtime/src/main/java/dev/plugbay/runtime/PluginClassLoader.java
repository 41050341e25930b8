package dev.plugbay.runtime;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Loads one generation's classes. Where a class or resource comes from is decided by its exact package, never by a search: packages of the
 * JDK from the platform loader, packages of the APIs that the host exports from the host, everything else from the plugin's own jars. So nothing
 * else of the host's class path can be seen, and a plugin's own version of a library is its own.
 *
 * <p>Shared: class loading is parallel, guarded by the loader's lock per class name; the jars are written once, by the constructor.
 */
final class PluginClassLoader extends ClassLoader implements AutoCloseable {
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();
    private static final Set<String> JDK_PACKAGES = ModuleLayer.boot().modules().stream()
            .filter(module -> module.getClassLoader() == null || PLATFORM.equals(module.getClassLoader()))
            .flatMap(module -> module.getPackages().stream())
            .collect(Collectors.toUnmodifiableSet());

    static {
        registerAsParallelCapable();
    }

    private final ApiCatalog apis;
    private final List<ClassJar> jars;
    private final Set<String> jdkUsed = ConcurrentHashMap.newKeySet();

    /**
     * A loader.
     *
     * @param name unique among all loaders of all hosts in this process
     * @param classpath the plugin's jars, in order, in the artifact store
     */
    PluginClassLoader(String name, List<Path> classpath, ApiCatalog apis) throws IOException {
        super(name, PLATFORM);
        this.apis = apis;
        List<ClassJar> opened = new ArrayList<>();
        try {
            for (Path jar : classpath) {
                opened.add(ClassJar.open(jar));
            }
        } catch (IOException failure) {
            opened.forEach(ClassJar::close);
            throw failure;
        }
        this.jars = List.copyOf(opened);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        String packageName = packageOf(name, '.');
        if (JDK_PACKAGES.contains(packageName)) {
            jdkUsed.add(packageName);
            return PLATFORM.loadClass(name);
        }
        if (apis.exports(packageName)) {
            return apis.loaderFor(packageName).loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                loaded = findClass(name);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String path = name.replace('.', '/') + ".class";
        for (ClassJar jar : jars) {
            byte[] bytes = read(jar, path);
            if (bytes != null) {
                definePackageOf(name, jar);
                // A domain per class is cheap and the loader caches none that would refer back to it.
                return defineClass(name, ByteBuffer.wrap(bytes), jar.domain(this));
            }
        }
        throw new ClassNotFoundException(name + " (looked for in " + getName() + ")");
    }

    @Override
    public @Nullable URL getResource(String name) {
        ClassLoader other = elsewhere(name);
        return other != null ? other.getResource(name) : findResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        ClassLoader other = elsewhere(name);
        return other != null ? other.getResources(name) : findResources(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        for (ClassJar jar : jars) {
            Optional<URL> url = jar.url(name);
            if (url.isPresent()) {
                return url.get();
            }
        }
        return null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        return Collections.enumeration(
                jars.stream().flatMap(jar -> jar.url(name).stream()).toList());
    }

    @Override
    public void close() {
        jars.forEach(ClassJar::close);
    }

    /** Whether one of its classes refers to a class of this package of the JDK, and was used so far as to need it. */
    boolean used(String jdkPackage) {
        return jdkUsed.contains(jdkPackage);
    }

    /** A copy of a class of the host, defined by this loader: for what the JDK lets only a plugin's own code do. It may use nothing but the JDK. */
    Class<? extends Runnable> defineHelper(Class<? extends Runnable> type) throws IOException {
        String path = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
            if (in == null) {
                throw new FileNotFoundException(path);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(type.getName(), bytes, 0, bytes.length).asSubclass(Runnable.class);
        }
    }

    private @Nullable ClassLoader elsewhere(String resource) {
        String packageName = packageOf(resource, '/').replace('/', '.');
        if (JDK_PACKAGES.contains(packageName)) {
            return PLATFORM;
        }
        return apis.exports(packageName) ? apis.loaderFor(packageName) : null;
    }

    private void definePackageOf(String className, ClassJar jar) {
        String packageName = packageOf(className, '.');
        if (getDefinedPackage(packageName) != null) {
            return;
        }
        Manifest manifest = jar.manifest();
        try {
            definePackage(
                    packageName,
                    attribute(manifest, packageName, Attributes.Name.SPECIFICATION_TITLE),
                    attribute(manifest, packageName, Attributes.Name.SPECIFICATION_VERSION),
                    attribute(manifest, packageName, Attributes.Name.SPECIFICATION_VENDOR),
                    attribute(manifest, packageName, Attributes.Name.IMPLEMENTATION_TITLE),
                    attribute(manifest, packageName, Attributes.Name.IMPLEMENTATION_VERSION),
                    attribute(manifest, packageName, Attributes.Name.IMPLEMENTATION_VENDOR),
                    null);
        } catch (IllegalArgumentException alreadyDefined) {
            // Another thread was first.
        }
    }

    private static @Nullable String attribute(Manifest manifest, String packageName, Attributes.Name name) {
        Attributes own = manifest.getAttributes(packageName.replace('.', '/') + "/");
        String value = own == null ? null : own.getValue(name);
        return value != null ? value : manifest.getMainAttributes().getValue(name);
    }

    private static byte @Nullable [] read(ClassJar jar, String path) throws ClassNotFoundException {
        try {
            return jar.bytes(path).orElse(null);
        } catch (UncheckedIOException failure) {
            throw new ClassNotFoundException(path + " cannot be read: " + failure.getMessage());
        }
    }

    private static String packageOf(String name, char separator) {
        int end = name.lastIndexOf(separator);
        return end < 0 ? "" : name.substring(0, end);
    }

    /** A domain for classes of a jar at {@code location}. */
    static ProtectionDomain domain(URL location, ClassLoader loader) {
        return new ProtectionDomain(new CodeSource(location, (Certificate[]) null), null, loader, null);
    }
}
