package dev.plugbay.runtime;

import dev.plugbay.runtime.TestPlugins.Target;
import java.time.Duration;
import java.util.Map;

/** A plugin that does all that {@link Points.Work} can do, in generations of its own. */
final class WorkFixture implements AutoCloseable {
    static final String SOURCE = """
            import dev.plugbay.api.*;
            import dev.plugbay.runtime.Points.*;
            import java.io.*;
            import java.util.*;
            import java.util.concurrent.*;
            public class Impl implements Work {
                public static class Mine extends RuntimeException { public Mine(String m) { super(m); } }
                public static class Evil extends RuntimeException {
                    @Override public String getMessage() { throw new IllegalStateException(); }
                    @Override public Throwable getCause() { return this; }
                    @Override public StackTraceElement[] getStackTrace() { return null; }
                    @Override public String toString() { throw new Error(); }
                }
                public static class MyList extends ArrayList<String> {}
                public String block(Listener started) {
                    started.heard("in");
                    try { Thread.sleep(60_000); return "slept"; } catch (InterruptedException e) { throw new RuntimeException(e); }
                }
                public InputStream open() { return new ByteArrayInputStream(new byte[] {1, 2, 3}) { @Override public int read() { if (pos == 2) throw new Mine("read"); return super.read(); } }; }
                public CompletionStage<String> later(boolean fail) {
                    return CompletableFuture.supplyAsync(() -> { if (fail) throw new Mine("later"); return "done"; }, Runnable::run);
                }
                public Object anything() { MyList list = new MyList(); list.add("x"); return list; }
                public void fail(String how) {
                    switch (how) {
                        case "typed": throw new PluginException(ErrorCode.NOT_FOUND, "no such", true);
                        case "evil": throw new Evil();
                        case "link": throw new NoSuchMethodError("gone");
                        case "deep": fail("deep"); return;
                        case "cyclic": { RuntimeException a = new Mine("a"); RuntimeException b = new Mine("b"); a.initCause(b); b.initCause(a); a.addSuppressed(b); throw a; }
                        default: throw new Mine(how);
                    }
                }
                public String eager(String text, Listener listener) {
                    StringBuilder all = new StringBuilder();
                    switch (text) {
                        case "spin": listener.heard("in"); while (!CallContext.current().cancelled()) Thread.onSpinWait(); return "late";
                        case "finish": listener.heard("in"); while (!Thread.currentThread().isInterrupted()) Thread.onSpinWait(); return "finished";
                        case "keep": kept = listener; return "kept";
                        case "old": return kept.heard("again");
                        case "who": return CallContext.current().caller() + " " + CallContext.current().traceId() + " " + Thread.currentThread().getContextClassLoader().getName();
                        case "hang": CallContext.current().onCancel(() -> { try { new CountDownLatch(1).await(); } catch (InterruptedException e) { } }); listener.heard("in");
                            while (!CallContext.current().cancelled()) Thread.onSpinWait(); CallContext.current().throwIfCancelled(); return "";
                        default: return listener.heard(text);
                    }
                }
                static Listener kept;
            }
            """;
    private static final Map<String, byte[]> CLASSES = TestPlugins.compile(Map.of("Impl", SOURCE));

    final CallServices services = new CallServices(() -> Duration.ofMillis(50));
    final CallGuard guard = new CallGuard(services);
    final HandleFactory handles = new HandleFactory(guard);
    final TargetRef ref = new TargetRef("demo", "demo");
    final Points.Work work = handles.handle(Points.Work.class, ref, "");
    private int generation;

    Target publish() {
        generation++;
        ClassLoader loader = TestPlugins.loader("plugin:demo#" + generation, CLASSES);
        Target target = new Target("demo", generation, loader).offer(Points.Work.class, "Impl");
        ref.publish(target);
        return target;
    }

    @Override
    public void close() {
        services.close();
    }
}
