package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the first bytes of every class file of a plugin: whether this Java can run it, and whether it is one that only the host may bring. */
final class ClassFileCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ClassFileCheck.class);
    private static final String VERSIONS = "META-INF/versions/";

    /** Packages of the host's own types: a second copy of them would make a plugin's types unknown to the host. */
    private static final List<String> HOST_ONLY = List.of("dev.plugbay.api", "dev.plugbay.cloud");

    private final int feature;

    /** A check for this Java. */
    ClassFileCheck() {
        this(Runtime.version().feature());
    }

    /** A check for the Java with this feature number. */
    ClassFileCheck(int feature) {
        this.feature = feature;
    }

    /**
     * Checks jars.
     *
     * @throws PlugbayException {@link ErrorCode#INCOMPATIBLE_API} for class files of a newer Java and for classes that only the host may bring; {@link ErrorCode#ARTIFACT_CORRUPT}
     *     for a jar that cannot be read
     */
    void check(List<Path> jars, String plugin) throws IOException {
        for (Path jar : jars) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                check(zip, jar.getFileName().toString(), plugin);
            } catch (ZipException e) {
                throw PlugbayException.of(
                                ErrorCode.ARTIFACT_CORRUPT,
                                "The jar " + jar.getFileName() + " of " + plugin + " cannot be read as a zip file.")
                        .plugin(plugin)
                        .remedy("Build or copy the plugin again.")
                        .build();
            }
        }
    }

    private void check(ZipFile zip, String jar, String plugin) throws IOException {
        boolean slf4j = false;
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            String name = entry.getName();
            if (!name.endsWith(".class") || isForNewerJava(name)) {
                continue;
            }
            refuseHostOnly(name, jar, plugin);
            slf4j |= name.equals("org/slf4j/LoggerFactory.class");
            refuseNewer(zip, entry, jar, plugin);
        }
        if (slf4j) {
            LOG.warn("Plugin {} bundles slf4j-api in {}; it is ignored, because the host brings it", plugin, jar);
        }
    }

    private boolean isForNewerJava(String name) {
        if (!name.startsWith(VERSIONS)) {
            return false;
        }
        int slash = name.indexOf('/', VERSIONS.length());
        String number = slash < 0 ? "" : name.substring(VERSIONS.length(), slash);
        return !number.matches("[0-9]{1,4}") || Integer.parseInt(number) > feature;
    }

    private static void refuseHostOnly(String name, String jar, String plugin) {
        String path = name.startsWith(VERSIONS) ? name.substring(name.indexOf('/', VERSIONS.length()) + 1) : name;
        int slash = path.lastIndexOf('/');
        String packageName = slash < 0 ? "" : path.substring(0, slash).replace('/', '.');
        if (HOST_ONLY.contains(packageName)) {
            String module = "plugbay-" + packageName.substring(packageName.lastIndexOf('.') + 1);
            throw PlugbayException.of(
                            ErrorCode.INCOMPATIBLE_API,
                            "Plugin " + plugin + " brings its own copy of "
                                    + path.substring(0, path.length() - ".class".length())
                                            .replace('/', '.') + " in "
                                    + jar + "; only the host may bring it.")
                    .plugin(plugin)
                    .remedy("Give the dependency on " + module + " the scope provided, and build the plugin again.")
                    .build();
        }
    }

    private void refuseNewer(ZipFile zip, ZipEntry entry, String jar, String plugin) throws IOException {
        byte[] head;
        try (InputStream in = zip.getInputStream(entry)) {
            head = in.readNBytes(8);
        }
        if (head.length < 8
                || head[0] != (byte) 0xCA
                || head[1] != (byte) 0xFE
                || head[2] != (byte) 0xBA
                || head[3] != (byte) 0xBE) {
            return; // not a class file; the loader says so should anybody ask for it
        }
        int major = ((head[6] & 0xFF) << 8) | (head[7] & 0xFF);
        if (major > feature + 44) {
            throw PlugbayException.of(
                            ErrorCode.INCOMPATIBLE_API,
                            "Plugin " + plugin + " needs Java " + (major - 44) + ", this host runs on Java " + feature
                                    + ": " + entry.getName() + " in " + jar + " has class-file version " + major
                                    + ", the host reads up to " + (feature + 44) + ".")
                    .plugin(plugin)
                    .remedy("Run the host on Java " + (major - 44) + ", or build the plugin for Java " + feature + ".")
                    .build();
        }
    }
}
