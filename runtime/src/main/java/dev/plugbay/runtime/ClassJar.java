package dev.plugbay.runtime;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * One jar of a generation, in the artifact store. A small one is read once into memory, so that no descriptor stays open; a larger one is read
 * from the store, whose files never change, so that several generations of a big plugin do not hold it several times.
 *
 * <p>Shared: class loading reads from many threads; the map is written by the constructor only, and {@code JarFile} synchronises itself.
 */
final class ClassJar implements AutoCloseable {
    private static final long IN_MEMORY_AT_MOST = 1 << 20;

    private final Path path;
    private final Map<String, byte[]> entries;
    private final @Nullable JarFile file;
    private final Manifest manifest;
    private final URL location;
    private volatile @Nullable ProtectionDomain domain;

    private ClassJar(Path path, Map<String, byte[]> entries, @Nullable JarFile file, Manifest manifest)
            throws MalformedURLException {
        this.path = path;
        this.entries = entries;
        this.file = file;
        this.manifest = manifest;
        this.location = path.toUri().toURL();
    }

    static ClassJar open(Path path) throws IOException {
        JarFile jar = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, Runtime.version());
        boolean keep = false;
        try {
            Manifest manifest = Optional.ofNullable(jar.getManifest()).orElseGet(Manifest::new);
            if (Files.size(path) > IN_MEMORY_AT_MOST) {
                keep = true;
                return new ClassJar(path, Map.of(), jar, manifest);
            }
            Map<String, byte[]> entries = new HashMap<>();
            for (var it = jar.versionedStream().iterator(); it.hasNext(); ) {
                ZipEntry entry = it.next();
                if (!entry.isDirectory()) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        entries.put(entry.getName(), in.readAllBytes());
                    }
                }
            }
            return new ClassJar(path, Map.copyOf(entries), null, manifest);
        } finally {
            if (!keep) {
                jar.close();
            }
        }
    }

    Manifest manifest() {
        return manifest;
    }

    ProtectionDomain domain(ClassLoader loader) {
        ProtectionDomain made = domain;
        if (made == null) {
            made = PluginClassLoader.domain(location, loader);
            domain = made;
        }
        return made;
    }

    /** The bytes of an entry. */
    Optional<byte[]> bytes(String name) {
        if (file == null) {
            return Optional.ofNullable(entries.get(name));
        }
        ZipEntry entry = file.getEntry(name);
        if (entry == null || entry.isDirectory()) {
            return Optional.empty();
        }
        try (InputStream in = file.getInputStream(entry)) {
            return Optional.of(in.readAllBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** An address of an entry whose streams are in memory: no {@code jar:} cache holds the file open. */
    Optional<URL> url(String name) {
        boolean present = file == null ? entries.containsKey(name) : file.getEntry(name) != null;
        if (!present) {
            return Optional.empty();
        }
        try {
            String encoded = new URI(null, null, "/" + name, null).getRawPath();
            return Optional.of(URL.of(URI.create("jar:" + location + "!" + encoded), new Handler(name)));
        } catch (java.net.URISyntaxException | MalformedURLException strange) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException alreadyUnusable) {
                // Nothing is written through it, so nothing can be lost.
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private final class Handler extends URLStreamHandler {
        private final String name;

        private Handler(String name) {
            this.name = name;
        }

        @Override
        protected void parseURL(URL url, String spec, int start, int limit) {
            // The specification is complete: "jar:file:/...!/entry". A relative one is resolved against the entry.
            String text = spec.substring(start, limit);
            String full = text.startsWith("file:") ? text : "file:" + text;
            setURL(url, "jar", "", -1, null, null, full, null, null);
        }

        @Override
        protected URLConnection openConnection(URL url) {
            int bang = url.getFile().indexOf("!/");
            String wanted = bang < 0
                    ? name
                    : java.net.URLDecoder.decode(
                            url.getFile().substring(bang + 2).replace("+", "%2B"), StandardCharsets.UTF_8);
            return new EntryConnection(url, wanted);
        }
    }

    private final class EntryConnection extends URLConnection {
        private final String name;
        private byte @Nullable [] content;

        private EntryConnection(URL url, String name) {
            super(url);
            this.name = name;
        }

        @Override
        public void connect() throws IOException {
            if (content == null) {
                content = bytes(name).orElseThrow(() -> new FileNotFoundException(path + File.pathSeparator + name));
                connected = true;
            }
        }

        @Override
        public InputStream getInputStream() throws IOException {
            connect();
            byte[] read = content;
            return new ByteArrayInputStream(read == null ? new byte[0] : read);
        }

        @Override
        public long getContentLengthLong() {
            try {
                connect();
            } catch (IOException absent) {
                return -1;
            }
            byte[] read = content;
            return read == null ? -1 : read.length;
        }
    }
}
