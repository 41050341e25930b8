package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.example.Greeter;
import dev.plugbay.example.Reach;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A generation that was replaced may still have calls, and they have no say in the configuration of the one that serves. */
@Timeout(60)
class ReplacedConfigTest {
    private static final String CHANGES = """
            package acme;
            import dev.plugbay.api.*;
            public final class Hello implements dev.plugbay.example.Greeter {
                private final PluginContext context;
                Hello(PluginContext context) { this.context = context; }
                @Override public String greet(String value) {
                    dev.plugbay.example.Reach.host(value);
                    try {
                        context.updateConfig(java.util.Map.of("note", value));
                        return "changed";
                    } catch (PlugbayException refused) {
                        return String.join("|", refused.code().id(), refused.detail(), "" + refused.retryable(),
                            "" + refused.generation().orElse(0), refused.remedy().orElse(""));
                    }
                }
            }
            """;

    @TempDir
    Path folder;

    @AfterEach
    void disconnect() {
        Reach.connect(what -> {});
    }

    @Test
    void a_change_by_a_generation_that_was_replaced_is_refused_for_good_and_changes_nothing() throws Exception {
        Jars.plugin("hello", "1.0.0")
                .source(Plugins.MAIN)
                .extension(Greeter.class, CHANGES)
                .with("configSchema", Map.of("type", "object", "properties", Map.of("note", Map.of("type", "string"))))
                .host("config:write")
                .to(folder);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Reach.connect(value -> {
            if (value.equals("late")) {
                inside.countDown();
                Waits.uninterrupted(goOn);
            }
        });
        try (PluginHost host = Plugins.patient(folder).hotReload(false).start()) {
            Greeter greeter = host.extension(Greeter.class, "hello");
            CompletableFuture<String> late =
                    CompletableFuture.supplyAsync(() -> greeter.greet("late"), Thread::startVirtualThread);
            inside.await();
            host.reload("hello", ReloadOptions.gentle());
            assertThat(greeter.greet("new")).isEqualTo("changed");
            goOn.countDown();
            assertThat(late.join())
                    .isEqualTo(
                            "Unavailable|Generation 1 of hello was replaced, so it changes no configuration any more."
                                    + "|false|1|Let the generation that serves change it.");
            assertThat(host.config("hello")).isEqualTo(Map.of("note", "new"));
        }
    }
}
