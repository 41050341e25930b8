package dev.plugbay.plugins.images;

import dev.plugbay.cloud.VmProvider;
import dev.plugbay.testkit.VmProviderContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ImagesContractTest implements VmProviderContract {
    @TempDir
    static Path images;

    private final ImagesPlugin plugin = new ImagesPlugin();

    @BeforeAll
    static void samples() throws IOException {
        Samples.raw(images.resolve("large.raw"), 65);
        Samples.raw(images.resolve("web/front end.img"), 1);
        Samples.raw(images.resolve("web/100%.raw"), 1);
        Samples.raw(images.resolve("web/a%20b.raw"), 1);
        Samples.write(images.resolve("web/db.qcow2"), Samples.header(3, 1L << 30));
        Samples.write(images.resolve("web/db.raw"), Samples.header(3, 1L << 30));
    }

    @BeforeEach
    void plugin() {
        plugin.use(images, Optional.empty());
    }

    @Override
    public VmProvider provider() {
        return new ImagesProvider(plugin);
    }

    @Override
    public Set<String> ids() {
        return Set.of("large", "web/front end", "web/100%", "web/a%20b", "web/db", "web/db.raw");
    }

    @Override
    public String exportable() {
        return "large";
    }

    @Override
    public Object sourceState() {
        return Samples.state(images);
    }
}
