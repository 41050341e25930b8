package dev.plugbay.plugins.libvirt;

import dev.plugbay.testkit.TestContext;
import java.nio.file.Path;
import java.util.Map;

/** A plugin that was started over a connection. */
final class LibvirtFixture implements AutoCloseable {
    final LibvirtPlugin plugin = new LibvirtPlugin();
    final LibvirtProvider provider = new LibvirtProvider(plugin);
    final LibvirtPower power = new LibvirtPower(plugin);
    private final TestContext context;

    private LibvirtFixture(TestContext context) {
        this.context = context;
    }

    static LibvirtFixture of(String uri, String... settings) {
        return started(TestContext.builder(), uri, settings);
    }

    /** One with a data folder that stays. */
    static LibvirtFixture keeping(Path data, String uri, String... settings) {
        return started(TestContext.builder().dataFolder(data), uri, settings);
    }

    private static LibvirtFixture started(TestContext.Builder builder, String uri, String... settings) {
        Map<String, Object> config = new java.util.HashMap<>(Map.of("uri", uri));
        for (int i = 0; i < settings.length; i += 2) {
            config.put(settings[i], settings[i + 1]);
        }
        LibvirtFixture fixture = new LibvirtFixture(builder.plugin("libvirt")
                .config(config)
                .grant("data", "threads")
                .build());
        fixture.plugin.init(fixture.context);
        fixture.plugin.start(fixture.context);
        return fixture;
    }

    void stop() {
        plugin.stop(context);
    }

    /** Whether it left no thread. */
    boolean clean() {
        return context.clean();
    }

    @Override
    public void close() {
        plugin.stop(context);
        context.close();
    }
}
