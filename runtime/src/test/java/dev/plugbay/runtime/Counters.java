package dev.plugbay.runtime;

import dev.plugbay.example.Greeter;

/** A plugin that counts its calls, and hands its count over. */
final class Counters {
    private static final String MAIN = """
            package acme;
            import dev.plugbay.api.*;
            import java.util.Optional;
            import java.util.concurrent.atomic.AtomicLong;
            public final class Main implements Plugin {
                final AtomicLong count = new AtomicLong();
                @Override public Optional<SavedState> saveState(PluginContext context) throws Exception {
                    long seen = count.get();
                    SAVE
                    return Optional.of(SavedState.ofText(1, Long.toString(seen)));
                }
                @Override public void restoreState(PluginContext context, SavedState state) throws Exception {
                    RESTORE
                    count.set(Long.parseLong(state.text()));
                }
                MORE
            }
            """;
    private static final String EXTENSION = """
            package acme;
            public final class Hello implements dev.plugbay.example.Greeter {
                private final Main main;
                Hello(Main main) { this.main = main; }
                @Override public String greet(String name) {
                    if (name.equals("count")) return Long.toString(main.count.get());
                    if (name.equals("slow")) { java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); }
                    if (name.startsWith("ask ")) { dev.plugbay.example.Reach.host(name); }
                    return Long.toString(main.count.incrementAndGet());
                }
                @Override public String work(Listener listener) {
                    int step = 0;
                    while (listener.step(step++)) {
                        dev.plugbay.api.CallContext.current().throwIfCancelled();
                        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                    }
                    return Long.toString(main.count.incrementAndGet());
                }
                @Override public String watch(Listener listener) {
                    int step = 0;
                    while (listener.step(step++)) { java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); }
                    return "seen";
                }
                @Override public java.io.InputStream stream() { return new java.io.ByteArrayInputStream(new byte[4]); }
            }
            """;

    private String save = "";
    private String restore = "";
    private String more = "";
    private final String id;
    private final String version;

    private Counters(String id, String version) {
        this.id = id;
        this.version = version;
    }

    static Counters of(String version) {
        return of("counter", version);
    }

    static Counters of(String id, String version) {
        return new Counters(id, version);
    }

    /** What it does while it saves. */
    Counters save(String code) {
        save = code;
        return this;
    }

    /** What it does before it restores. */
    Counters restore(String code) {
        restore = code;
        return this;
    }

    /** Further members of the main class. */
    Counters more(String code) {
        more = code;
        return this;
    }

    /** The plugin, with this mode of reload. */
    Jars reload(String mode) {
        return Jars.plugin(id, version)
                .source(MAIN.replace("SAVE", save).replace("RESTORE", restore).replace("MORE", more))
                .extension(Greeter.class, EXTENSION)
                .host("schedule", "events", "threads", "data")
                .with("reload", mode);
    }

    /** The plugin, reloaded by handover. */
    Jars jar() {
        return reload("handover");
    }

    /** A version without any state that offers the same. */
    static Jars stateless(String version, String body) {
        return Jars.plugin("counter", version)
                .source("package acme; public final class Main implements dev.plugbay.api.Plugin { " + body + " }")
                .extension(Greeter.class, Plugins.GREETER);
    }

    static long count(PluginHost host) {
        return Long.parseLong(host.extension(Greeter.class, "counter").greet("count"));
    }
}
