package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What plugins leave behind with the JDK: what the host takes back, and what it cannot but names where anybody can. */
class AtlasTest {
    @TempDir
    Path folder;

    static Stream<Arguments> released() {
        return Stream.of(
                row("a ThreadLocal with a lambda", "ThreadLocal.withInitial(() -> \"x\").get();"),
                row(
                        "a SoftReference to a plugin object in a ThreadLocal",
                        "new ThreadLocal<Object>().set(new java.lang.ref.SoftReference<Object>(new Main()));"),
                row(
                        "the context class loader of its thread",
                        "Thread.currentThread().setContextClassLoader(Main.class.getClassLoader());"),
                row("an inheritable ThreadLocal", "new InheritableThreadLocal<Object>().set(new Main());"),
                row(
                        "a handler of java.util.logging",
                        "java.util.logging.Logger.getLogger(\"\").addHandler(new java.util.logging.Handler() {"
                                + " @Override public void publish(java.util.logging.LogRecord r) { } @Override public void flush() { } @Override public void close() { } });"),
                row(
                        "a formatter of java.util.logging",
                        "java.util.logging.Handler h = new java.util.logging.ConsoleHandler(); h.setFormatter(new java.util.logging.Formatter() {"
                                + " @Override public String format(java.util.logging.LogRecord r) { return \"\"; } });"
                                + " java.util.logging.Logger.getLogger(\"atlas\").addHandler(h); KEPT = java.util.logging.Logger.getLogger(\"atlas\");"),
                row(
                        "a level of java.util.logging",
                        "class Mine extends java.util.logging.Level { Mine() { super(\"MINE\", 1234); } } new Mine();"),
                row(
                        "a provider of security",
                        "java.security.Security.addProvider(new java.security.Provider(\"acme\", \"1\", \"\") { });"),
                row("a system property", "System.getProperties().put(\"acme.thing\", new Main());"),
                row(
                        "a selector of proxies",
                        "java.net.ProxySelector.setDefault(new java.net.ProxySelector() {"
                                + " @Override public java.util.List<java.net.Proxy> select(java.net.URI u) { return java.util.List.of(); }"
                                + " @Override public void connectFailed(java.net.URI u, java.net.SocketAddress a, java.io.IOException e) { } });"),
                row("an authenticator", "java.net.Authenticator.setDefault(new java.net.Authenticator() { });"),
                row(
                        "a stream of errors",
                        "System.setErr(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()) { });"),
                row("a JDBC driver", """
                        java.sql.DriverManager.registerDriver(new java.sql.Driver() {
                            @Override public java.sql.Connection connect(String u, java.util.Properties i) { return null; }
                            @Override public boolean acceptsURL(String u) { return false; }
                            @Override public java.sql.DriverPropertyInfo[] getPropertyInfo(String u, java.util.Properties i) { return new java.sql.DriverPropertyInfo[0]; }
                            @Override public int getMajorVersion() { return 1; }
                            @Override public int getMinorVersion() { return 0; }
                            @Override public boolean jdbcCompliant() { return false; }
                            @Override public java.util.logging.Logger getParentLogger() { return null; }
                        });
                        """),
                row(
                        "a managed bean",
                        "java.lang.management.ManagementFactory.getPlatformMBeanServer().registerMBean(new Thing(),"
                                + " new javax.management.ObjectName(\"acme:type=Thing\"));"),
                row("an introspected class", "java.beans.Introspector.getBeanInfo(Main.class);"),
                row(
                        "a proxy",
                        "java.lang.reflect.Proxy.newProxyInstance(Main.class.getClassLoader(), new Class<?>[] {Runnable.class}, (p, m, a) -> null);"),
                row("a dropped Cleaner", "java.lang.ref.Cleaner.create();"),
                row("work on the common pool", "java.util.concurrent.CompletableFuture.runAsync(() -> { }).join();"),
                row("an ended virtual thread", "Thread.ofVirtual().start(() -> { }).join();"),
                row(
                        "a thread that answers its interrupt, lent",
                        "c.threadFactory().newThread(() -> { try { Thread.sleep(1_000_000); } catch (InterruptedException end) { } }).start();"),
                row("an idle lent executor", "c.executor().submit(() -> \"x\").get();"));
    }

    static Stream<Arguments> leaked() {
        return Stream.of(
                row(
                        "a pending Timer",
                        "new java.util.Timer(\"later\", true).schedule(new java.util.TimerTask() { @Override public void run() { } }, 3_600_000);",
                        "timer",
                        "later"),
                row(
                        "an idle executor of its own",
                        "var pool = java.util.concurrent.Executors.newSingleThreadExecutor(r -> { Thread t = new Thread(r, \"own-pool\"); t.setDaemon(true); return t; });"
                                + " pool.submit(() -> \"x\").get(); KEPT = pool;",
                        "thread",
                        "own-pool"),
                row(
                        "a parked virtual thread",
                        "Thread.ofVirtual().name(\"parked\").start(() -> { while (true) { java.util.concurrent.locks.LockSupport.park(); } });",
                        "unknown",
                        "an object of the host or the JDK"),
                row(
                        "a far timeout",
                        "var f = new java.util.concurrent.CompletableFuture<Object>(); f.orTimeout(1, java.util.concurrent.TimeUnit.HOURS); f.whenComplete((v, e) -> new Main());",
                        "unknown",
                        "an object of the host or the JDK"));
    }

    private static Arguments row(String what, String statements) {
        return Arguments.of(what, statements);
    }

    private static Arguments row(String what, String statements, String kind, String name) {
        return Arguments.of(what, statements, kind, name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("released")
    void is_taken_back(String what, String statements) {
        java.io.PrintStream errors = System.err;
        try {
            UnloadVerdict verdict = verdict(statements);
            assertThat(verdict.outcome()).as("%s", verdict).isEqualTo(UnloadVerdict.Outcome.RELEASED);
        } finally {
            System.setErr(errors);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("leaked")
    void is_named(String what, String statements, String kind, String name) {
        UnloadVerdict verdict = verdict(statements);
        assertThat(verdict.outcome()).as("%s", verdict).isEqualTo(UnloadVerdict.Outcome.LEAKED);
        assertThat(verdict.holders()).singleElement().satisfies(holder -> {
            assertThat(holder.kind()).isEqualTo(kind);
            assertThat(holder.name()).isEqualTo(name);
        });
    }

    @Test
    void two_hosts_with_the_same_plugin_do_not_blame_each_others_threads() {
        write(
                "Thread t = new Thread(() -> { while (true) { java.util.concurrent.locks.LockSupport.park(); } }, \"poller\");"
                        + " if (Boolean.getBoolean(\"atlas.plant\")) { t.setDaemon(true); t.start(); }");
        System.setProperty("atlas.plant", "true");
        try (var leaking = Plugins.host(folder).start()) {
            System.clearProperty("atlas.plant");
            try (var clean = Plugins.host(folder).start()) {
                clean.unload("left");
                leaking.unload("left");
                assertThat(settled(clean).outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
                assertThat(settled(leaking).outcome()).isEqualTo(UnloadVerdict.Outcome.LEAKED);
            }
        } finally {
            System.clearProperty("atlas.plant");
        }
    }

    private UnloadVerdict verdict(String statements) {
        write(statements);
        try (var host = Plugins.host(folder).start()) {
            assertThat(host.plugin("left").orElseThrow().problem()).isEmpty();
            host.unload("left");
            return settled(host);
        }
    }

    private void write(String statements) {
        Jars.plugin("left", "1.0.0")
                .source("""
                        package acme;
                        public final class Main implements dev.plugbay.api.Plugin {
                            public interface ThingMBean { int getSize(); }
                            public static final class Thing implements ThingMBean { @Override public int getSize() { return 1; } }
                            static Object KEPT;
                            @Override public void start(dev.plugbay.api.PluginContext c) throws Exception { %s }
                        }
                        """.formatted(statements))
                .host("threads")
                .to(folder);
    }

    private static UnloadVerdict settled(PluginHost host) {
        await().atMost(Duration.ofSeconds(90)).until(() -> {
            host.settleVerdicts();
            return !host.verdicts("left").isEmpty()
                    && host.verdicts("left").getFirst().outcome() != UnloadVerdict.Outcome.PENDING;
        });
        return host.verdicts("left").getFirst();
    }

    @Test
    void a_handler_of_uncaught_exceptions_is_taken_back() {
        write("Thread.setDefaultUncaughtExceptionHandler((t, e) -> { });");
        try (var host = Plugins.host(folder).start()) {
            assertThat(Thread.getDefaultUncaughtExceptionHandler()).isNotNull();
            host.unload("left");
            // Awaitility would save the handler, put it back and so keep it.
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (System.nanoTime() < end
                    && (host.verdicts("left").isEmpty()
                            || host.verdicts("left").getFirst().outcome() == UnloadVerdict.Outcome.PENDING)) {
                host.settleVerdicts();
            }
            assertThat(Thread.getDefaultUncaughtExceptionHandler()).isNull();
            assertThat(host.verdicts("left").getFirst().outcome()).isEqualTo(UnloadVerdict.Outcome.RELEASED);
        }
    }
}
