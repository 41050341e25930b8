package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.PlugbayException;
import dev.plugbay.example.Greeter;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A plugin whose instances tell themselves apart, and fail as they are configured to. */
final class InstancesFixture {
    private static final String MAIN = """
            package acme;
            public final class Main implements dev.plugbay.api.Plugin {
                private volatile String word = "";
                @Override public void start(dev.plugbay.api.PluginContext context) {
                    word = String.valueOf(context.config().get("word"));
                    if ("@VERSION@".equals(context.config().get("refuses"))) { throw new IllegalStateException("not this version"); }
                    switch (word) {
                        case "throw" -> { context.dataFolder(); throw new IllegalStateException("cannot start"); }
                        case "hang" -> { dev.plugbay.example.Reach.host("hang"); throw new IllegalStateException("let go"); }
                        default -> {}
                    }
                }
                @Override public void configChanged(dev.plugbay.api.PluginContext context) {
                    String next = String.valueOf(context.config().get("word"));
                    if (next.equals("bad")) { throw new IllegalArgumentException("not that word"); }
                    word = next;
                }
                @Override public dev.plugbay.api.Health health() {
                    return word.equals("ill") ? dev.plugbay.api.Health.unhealthy("so it was told") : dev.plugbay.api.Health.healthy();
                }
            }
            """;

    private static final String HELLO = """
            package acme;
            import java.nio.charset.StandardCharsets;
            import java.nio.file.Files;
            public final class Hello implements dev.plugbay.example.Greeter {
                private final dev.plugbay.api.PluginContext context;
                Hello(dev.plugbay.api.PluginContext context) { this.context = context; }
                @Override public String greet(String name) {
                    try {
                        switch (name) {
                            case "count" -> {
                                int next = context.storage().get("n").map(b -> Integer.parseInt(new String(b, StandardCharsets.UTF_8))).orElse(0) + 1;
                                context.storage().put("n", String.valueOf(next).getBytes(StandardCharsets.UTF_8));
                                return "" + next;
                            }
                            case "write" -> { return "" + Files.writeString(context.dataFolder().resolve("note"), context.instance()); }
                            case "read" -> {
                                var note = context.dataFolder().resolve("note");
                                return Files.exists(note) ? Files.readString(note) : "nothing";
                            }
                            default -> {
                                return context.instance() + " " + context.version() + " " + context.config().get("word");
                            }
                        }
                    } catch (java.io.IOException failure) { throw new java.io.UncheckedIOException(failure); }
                }
                @Override public String work(Listener listener) {
                    int step = 0;
                    while (listener.step(step++)) { java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); }
                    return context.instance() + " worked";
                }
            }
            """;

    private InstancesFixture() {}

    /** Answers with instance, version and word; counts, and keeps a note. */
    static Jars plugin(String id, String version) {
        return Jars.plugin(id, version)
                .source(MAIN)
                .extension(Greeter.class, HELLO)
                .host("storage", "data")
                .with(
                        "configSchema",
                        Map.of(
                                "type",
                                "object",
                                "properties",
                                Map.of(
                                        "word", Map.of("type", "string", "default", "hi"),
                                        "times", Map.of("type", "integer", "minimum", 1),
                                        "refuses", Map.of("type", "string"),
                                        "token", Map.of("type", "string", "writeOnly", true)),
                                "additionalProperties",
                                false));
    }

    static InstanceSpec word(String word) {
        return InstanceSpec.of(Map.of("word", word));
    }

    /** What an instance answers. */
    static String greet(PluginHost host, String instance, String what) {
        return host.extension(Greeter.class, instance).greet(what);
    }

    /** The failure of what must fail. */
    static PlugbayException failure(ThrowingCallable work) {
        return catchThrowableOfType(PlugbayException.class, work);
    }
}
