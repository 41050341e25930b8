package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles plugin classes, and loads them as generations with loaders of their own. */
final class TestPlugins {
    private TestPlugins() {}

    /** Compiles classes of package {@code acme}; each source holds one public class, whose name is the key. */
    static Map<String, byte[]> compile(Map<String, String> sources) {
        Map<String, ByteArrayOutputStream> out = new HashMap<>();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        StandardJavaFileManager standard =
                ToolProvider.getSystemJavaCompiler().getStandardFileManager(problems, Locale.ROOT, null);
        JavaFileManager memory = new ForwardingJavaFileManager<>(standard) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("mem:///" + name.replace('.', '/') + ".class"), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return out.computeIfAbsent(name, key -> new ByteArrayOutputStream());
                    }
                };
            }
        };
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, source) -> units.add(
                new SimpleJavaFileObject(URI.create("mem:///acme/" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return "package acme;\n" + source;
                    }
                }));
        boolean ok = ToolProvider.getSystemJavaCompiler()
                .getTask(
                        null,
                        memory,
                        problems,
                        List.of("-proc:none", "-Xlint:none", "-classpath", System.getProperty("java.class.path")),
                        null,
                        units)
                .call();
        if (!ok) {
            StringBuilder text = new StringBuilder();
            for (Diagnostic<?> problem : problems.getDiagnostics()) {
                text.append(problem).append('\n');
            }
            throw new IllegalArgumentException(text.toString());
        }
        Map<String, byte[]> classes = new HashMap<>();
        out.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }

    /** A loader of these classes. */
    static ClassLoader loader(String name, Map<String, byte[]> classes) {
        return new Loader(name, TestPlugins.class.getClassLoader(), classes);
    }

    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;

        Loader(String name, ClassLoader parent, Map<String, byte[]> classes) {
            super(name, parent);
            this.classes = classes;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> found = findLoadedClass(name);
                byte[] bytes = classes.get(name);
                if (found == null && bytes != null) {
                    found = defineClass(name, bytes, 0, bytes.length);
                }
                return found != null ? found : super.loadClass(name, resolve);
            }
        }
    }

    /** A generation as far as calls are concerned. */
    static final class Target implements CallTarget {
        private final String instance;
        private final int generation;
        private final ClassLoader loader;
        private final Leases leases = new Leases();
        private final Map<String, Object> extensions = new ConcurrentHashMap<>();

        Target(String instance, int generation, ClassLoader loader) {
            this.instance = instance;
            this.generation = generation;
            this.loader = loader;
        }

        /** Offers an object as the extension {@code name} of a point. */
        Target offer(Class<?> point, String name, Object extension) {
            extensions.put(point.getName() + "/" + name, extension);
            return this;
        }

        /** Offers a new {@code acme.<simpleName>}. */
        Target offer(Class<?> point, String simpleName) {
            return offer(point, "", make(simpleName));
        }

        Object make(String simpleName) {
            try {
                return loader.loadClass("acme." + simpleName).getConstructor().newInstance();
            } catch (ReflectiveOperationException failure) {
                throw new IllegalArgumentException(failure);
            }
        }

        @Override
        public String plugin() {
            return instance;
        }

        @Override
        public String instance() {
            return instance;
        }

        @Override
        public int generation() {
            return generation;
        }

        @Override
        public String version() {
            return "1.0." + generation;
        }

        @Override
        public ClassLoader loader() {
            return loader;
        }

        @Override
        public Leases leases() {
            return leases;
        }

        @Override
        public Object extension(String point, String name) {
            Object found = extensions.get(point + "/" + name);
            if (found == null) {
                throw new PlugbayException(ErrorCode.NOT_FOUND, "no extension " + name + " of " + point);
            }
            return found;
        }
    }
}
