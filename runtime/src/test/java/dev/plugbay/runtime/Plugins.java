package dev.plugbay.runtime;

import dev.plugbay.example.Greeter;
import java.nio.file.Path;
import java.time.Duration;

/** Plugins and hosts that several tests use. */
final class Plugins {
    static final String MAIN = """
            package acme;
            public final class Main implements dev.plugbay.api.Plugin {}
            """;

    /** Greets with its version, works until told to stop. */
    static final String GREETER = """
            package acme;
            public final class Hello implements dev.plugbay.example.Greeter {
                @Override public String greet(String name) { return "@VERSION@ greets " + name; }
                @Override public String work(Listener listener) {
                    int step = 0;
                    while (listener.step(step++)) {
                        dev.plugbay.api.CallContext.current().throwIfCancelled();
                        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                    }
                    return "@VERSION@ worked";
                }
            }
            """;

    private Plugins() {}

    static Jars greeter(String version) {
        return Jars.plugin("hello", version).source(MAIN).extension(Greeter.class, GREETER);
    }

    /** A plugin whose main class has this body. */
    static Jars main(String id, String version, String body) {
        return Jars.plugin(id, version)
                .source("package acme; public final class Main implements dev.plugbay.api.Plugin { " + body + " }");
    }

    /** One whose plugins are reloaded again and again: each reload may wait for the end of those before it. */
    static HostBuilder patient(Path folder) {
        return host(folder).with(settings -> settings.drain(Duration.ofSeconds(20)));
    }

    /** A host with short times, so that tests wait on conditions and not on defaults. */
    static HostBuilder host(Path folder) {
        return Plugbay.builder()
                .plugins(folder)
                .api(Greeter.class)
                .with(settings -> settings.settle(Duration.ofMillis(30))
                        .poll(Duration.ofMillis(100))
                        .drain(Duration.ofMillis(500))
                        .cancelGrace(Duration.ofMillis(50))
                        .hookTimeout(Duration.ofSeconds(10)));
    }
}
