package dev.plugbay.plugins.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.cloud.VmProvider;
import dev.plugbay.runtime.CallOptions;
import dev.plugbay.runtime.Cancellation;
import dev.plugbay.runtime.Plugbay;
import dev.plugbay.runtime.PluginHost;
import dev.plugbay.testkit.VmProviderContract;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin keeps the contract as hosts have it: from its jar, in a class loader of its own, through a handle. */
class ImagesThroughHostTest implements VmProviderContract {
    @TempDir
    static Path images;

    @TempDir
    static Path drop;

    private static PluginHost host;

    @BeforeAll
    static void start() throws IOException, URISyntaxException {
        Samples.raw(images.resolve("large.raw"), 65);
        Samples.raw(images.resolve("web/front end.img"), 1);
        Samples.raw(images.resolve("web/100%.raw"), 1);
        Samples.write(images.resolve("web/db.qcow2"), Samples.header(3, 1L << 30));
        pack(drop.resolve("images.jar"));
        host = Plugbay.builder()
                .plugins(drop)
                .config("images", Map.of("folder", images.toString()))
                .start();
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void it_is_the_jar_that_runs() {
        assertThat(host.plugin("images").orElseThrow().problem()).isEmpty();
        assertThat(provider()).isNotInstanceOf(ImagesProvider.class);
    }

    @Override
    public VmProvider provider() {
        return host.extension(VmProvider.class, "images");
    }

    @Override
    public <T> T call(Cancellation cancellation, Callable<T> work) throws Exception {
        return host.call(CallOptions.by("contract").cancellation(cancellation), work);
    }

    @Override
    public Set<String> ids() {
        return Set.of("large", "web/front end", "web/100%", "web/db");
    }

    @Override
    public String exportable() {
        return "large";
    }

    @Override
    public Object sourceState() {
        return Samples.state(images);
    }

    private static void pack(Path jar) throws IOException, URISyntaxException {
        Path classes = Path.of(ImagesPlugin.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> all = Files.walk(classes)) {
            List<Path> files = all.filter(Files::isRegularFile).toList();
            for (Path file : files) {
                entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
    }
}
