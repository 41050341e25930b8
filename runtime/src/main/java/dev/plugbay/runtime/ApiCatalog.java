package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.Plugin;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packages that plugins see of the host, by exact name, and the APIs that these belong to. They come from the {@code META-INF/plugbay/api.json} of each API jar on the
 * class path, and from the interfaces that the builder exports. Immutable.
 */
final class ApiCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(ApiCatalog.class);
    private static final String RESOURCE = "META-INF/plugbay/api.json";
    private static final List<String> SLF4J =
            List.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi");

    private final Map<String, ClassLoader> packages;
    private final Map<String, Version> versions;

    private ApiCatalog(Map<String, ClassLoader> packages, Map<String, Version> versions) {
        this.packages = packages;
        this.versions = versions;
    }

    /**
     * Reads what a host exports.
     *
     * @param host the host's class loader
     * @param apis interfaces whose packages are exported besides
     * @throws PlugbayException {@link ErrorCode#INVALID_MANIFEST} when the description of an API is invalid
     */
    static ApiCatalog of(ClassLoader host, List<Class<?>> apis) {
        Map<String, ClassLoader> packages = new TreeMap<>();
        Map<String, Version> versions = new TreeMap<>();
        try {
            for (URL url : Collections.list(host.getResources(RESOURCE))) {
                describe(url, host, packages, versions);
            }
        } catch (IOException e) {
            throw IoFailures.of(e, "The APIs of this host could not be read");
        }
        packages.putIfAbsent(Plugin.class.getPackageName(), loader(Plugin.class));
        SLF4J.forEach(name -> packages.put(name, loader(LoggerFactory.class)));
        packages.put("org.jspecify.annotations", host);
        for (Class<?> api : apis) {
            if (packages.putIfAbsent(api.getPackageName(), loader(api)) == null) {
                versions.putIfAbsent(api.getPackageName(), Version.of(0, 0, 0));
            } else if (!seesSame(packages.get(api.getPackageName()), api)) {
                packages.put(api.getPackageName(), loader(api)); // the builder's word counts
            }
        }
        return new ApiCatalog(Collections.unmodifiableMap(packages), Collections.unmodifiableMap(versions));
    }

    private static boolean seesSame(ClassLoader loader, Class<?> type) {
        try {
            return Class.forName(type.getName(), false, loader).equals(type);
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private static ClassLoader loader(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null ? ClassLoader.getPlatformClassLoader() : loader;
    }

    private static void describe(
            URL url, ClassLoader host, Map<String, ClassLoader> packages, Map<String, Version> versions) {
        try {
            URLConnection connection = url.openConnection();
            connection.setUseCaches(false); // a cached jar file would stay open
            byte[] bytes;
            try (InputStream in = connection.getInputStream()) {
                bytes = in.readNBytes(ManifestReader.MAX_BYTES);
            }
            if (!(Json.parse(bytes) instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("it is no object");
            }
            if (!(map.get("name") instanceof String name)
                    || !(map.get("version") instanceof String version)
                    || !(map.get("packages") instanceof List<?> list)) {
                throw new IllegalArgumentException("name, version or packages is missing");
            }
            Version parsed = Version.parse(version);
            Version earlier = versions.putIfAbsent(name, parsed);
            if (earlier != null) {
                if (!earlier.equals(parsed)) {
                    LOG.warn("The class path has API {} twice, {} and {}; the first counts", name, earlier, parsed);
                }
                return;
            }
            list.forEach(each -> packages.put(String.valueOf(each), host));
        } catch (IOException | IllegalArgumentException | Json.Malformed e) {
            throw PlugbayException.of(
                            ErrorCode.INVALID_MANIFEST,
                            "The description of an API, " + url + ", is invalid: " + e.getMessage() + ".")
                    .remedy("Mend or remove that jar on the host's class path.")
                    .build();
        }
    }

    /** Whether plugins see this package of the host. */
    boolean exports(String packageName) {
        return packages.containsKey(packageName);
    }

    /** Which loader brings an exported package; fails for any other. */
    ClassLoader loaderFor(String packageName) {
        ClassLoader loader = packages.get(packageName);
        if (loader == null) {
            throw new IllegalArgumentException("not exported: " + packageName);
        }
        return loader;
    }

    /** The exported packages. */
    Set<String> packages() {
        return packages.keySet();
    }

    /** The version of an API; {@code 0.0.0} for one that the builder exported. */
    Optional<Version> version(String api) {
        return Optional.ofNullable(versions.get(api));
    }

    /** The APIs with their versions, by name. */
    Map<String, Version> versions() {
        return new LinkedHashMap<>(versions);
    }
}
