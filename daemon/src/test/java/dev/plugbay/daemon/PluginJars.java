package dev.plugbay.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Packs plugins from compiled classes. */
final class PluginJars {
    private static final String MANIFEST = "META-INF/plugbay/manifest.json";

    private PluginJars() {}

    /** The lab, as a plugin of its own. */
    static void lab(Path jar) throws IOException {
        Path classes = Path.of("target/test-classes");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out)) {
            add(zip, MANIFEST, """
                    {"manifestVersion": 1, "id": "lab", "name": "Lab", "version": "1.0.0",
                     "requires": {"apis": {"plugbay-api": "^1.0", "plugbay-cloud": "^1.0"}},
                     "runtime": {"kind": "java", "main": "dev.plugbay.daemon.LabPlugin"},
                     "extensions": [{"point": "dev.plugbay.cloud.VmProvider", "class": "dev.plugbay.daemon.LabProvider"}]}
                    """.getBytes(StandardCharsets.UTF_8));
            for (String name : List.of("LabPlugin", "LabProvider")) {
                String entry = "dev/plugbay/daemon/" + name + ".class";
                add(zip, entry, Files.readAllBytes(classes.resolve(entry)));
            }
        }
    }

    /** The images plugin, as it was built before this module. */
    static void images(Path jar) throws IOException {
        Path classes = Path.of("../plugins/images/target/classes");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                add(zip, classes.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
    }

    private static void add(JarOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new JarEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }
}
