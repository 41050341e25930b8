package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallRaceTest {
    @TempDir
    Path folder;

    @Test
    void an_install_is_not_undone_by_a_scan_that_looked_before_it() throws Exception {
        Path drop = Files.createDirectories(folder.resolve("drop"));
        Plugins.greeter("1.0.0").to(drop);
        try (var host = Plugins.host(drop).start()) {
            AtomicBoolean stop = new AtomicBoolean();
            Thread scanner = Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    host.discover();
                }
            });
            Queue<String> versions = new ConcurrentLinkedQueue<>();
            host.onEvent(event -> {
                if (event.type().equals("plugin.reloaded")) {
                    versions.add(String.valueOf(event.data().get("version")));
                }
            });
            for (int i = 1; i <= 30; i++) {
                Path jar = Plugins.greeter("1.0." + i).to(folder.resolve("new"));
                assertThat(host.install(jar, false).version()).isEqualTo("1.0." + i);
                Thread.onSpinWait();
                assertThat(host.plugin("hello").orElseThrow().version()).isEqualTo("1.0." + i);
            }
            stop.set(true);
            scanner.join();
            assertThat(versions).doesNotContain("1.0.0").doesNotHaveDuplicates();
        }
    }
}
