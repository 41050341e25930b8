package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.TestPlugins.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandleTest {
    private final CallServices services = new CallServices(() -> Duration.ofMillis(100));
    private final HandleFactory handles = new HandleFactory(new CallGuard(services));
    private final TargetRef ref = new TargetRef("demo", "demo");

    @AfterEach
    void close() {
        services.close();
    }

    private static final String GREETER = """
            public class Impl implements dev.plugbay.runtime.Points.Greeter {
                public String greet(String name) { return "%s " + name; }
            }""";

    private Target publish(int generation, Class<?> point, String source) {
        ClassLoader loader = TestPlugins.loader("demo#" + generation, TestPlugins.compile(Map.of("Impl", source)));
        Target target = new Target("demo", generation, loader).offer(point, "Impl");
        ref.publish(target);
        return target;
    }

    @Test
    void a_handle_forwards_every_primitive_and_array() {
        publish(1, Points.Primitives.class, """
                public class Impl implements dev.plugbay.runtime.Points.Primitives {
                    public boolean not(boolean v) { return !v; }
                    public byte plus(byte a, byte b) { return (byte) (a + b); }
                    public short plus(short a, short b) { return (short) (a + b); }
                    public char next(char v) { return (char) (v + 1); }
                    public int plus(int a, int b) { return a + b; }
                    public long plus(long a, int b, long c) { return a + b + c; }
                    public float half(float v) { return v / 2; }
                    public double mix(double a, float b, long c, int d, String e, double f) { return a + b + c + d + e.length() + f; }
                    public void nothing() {}
                    public int[] reversed(int[] v) { int[] r = new int[v.length]; for (int i = 0; i < r.length; i++) r[i] = v[v.length - 1 - i]; return r; }
                    public byte[] same(byte[] v) { return v; }
                    public String[][] grid(String[][] v) { return v; }
                }""");
        Points.Primitives handle = handles.handle(Points.Primitives.class, ref, "");
        assertThat(handle.not(true)).isFalse();
        assertThat(handle.plus((byte) 100, (byte) 27)).isEqualTo((byte) 127);
        assertThat(handle.plus((short) 300, (short) 1)).isEqualTo((short) 301);
        assertThat(handle.next('a')).isEqualTo('b');
        assertThat(handle.plus(40, 2)).isEqualTo(42);
        assertThat(handle.plus(1L << 40, 2, 3L)).isEqualTo((1L << 40) + 5);
        assertThat(handle.half(3f)).isEqualTo(1.5f);
        assertThat(handle.mix(1, 2f, 3, 4, "five5", 6)).isEqualTo(21);
        handle.nothing();
        assertThat(handle.reversed(new int[] {1, 2, 3})).containsExactly(3, 2, 1);
        byte[] bytes = {1, 2};
        assertThat(handle.same(bytes)).containsExactly(1, 2).isNotSameAs(bytes);
        assertThat(handle.grid(new String[][] {{"a"}, {}})).isDeepEqualTo(new String[][] {{"a"}, {}});
        assertThat(handle.toString()).isEqualTo("handle of " + Points.Primitives.class.getName() + " on demo");
    }

    @Test
    void bridges_defaults_and_inherited_methods_reach_the_extension() {
        publish(1, Points.IntCodec.class, """
                public class Impl implements dev.plugbay.runtime.Points.IntCodec {
                    public Integer decode(String text) { return Integer.valueOf(text); }
                    public String encode(Integer value) { return "#" + value; }
                    @Override public int decodeOr(String text, int otherwise) { return text.isEmpty() ? otherwise + 1000 : decode(text); }
                }""");
        Points.IntCodec handle = handles.handle(Points.IntCodec.class, ref, "");
        Points.Codec<Integer> general = handle;
        assertThat(handle.decode("7")).isEqualTo(7);
        assertThat(general.decode("8")).isEqualTo(8);
        assertThat(general.encode(9)).isEqualTo("#9");
        assertThat(general.twice(1)).isEqualTo("#1#1");
        assertThat(handle.decodeOr("", 1)).isEqualTo(1001);
    }

    @Test
    void handles_are_one_per_point_and_name_and_never_delegate_identity() {
        publish(1, Points.Greeter.class, GREETER.formatted("hello"));
        Points.Greeter handle = handles.handle(Points.Greeter.class, ref, "");
        assertThat(handles.handle(Points.Greeter.class, ref, "")).isSameAs(handle);
        assertThat(handle).isNotEqualTo(handles.handle(Points.Greeter.class, new TargetRef("x", "x"), ""));
        assertThat(handle.hashCode()).isEqualTo(System.identityHashCode(handle));
        assertThat(handle.getClass().isHidden()).isTrue();
    }

    @Test
    void a_handle_follows_each_publish_and_fails_typed_after_a_stop() {
        Points.Greeter handle = handles.handle(Points.Greeter.class, ref, "");
        assertThatThrownBy(() -> handle.greet("x"))
                .isInstanceOfSatisfying(
                        PlugbayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        publish(1, Points.Greeter.class, GREETER.formatted("one"));
        assertThat(handle.greet("a")).isEqualTo("one a");
        publish(2, Points.Greeter.class, GREETER.formatted("two"));
        assertThat(handle.greet("a")).isEqualTo("two a");
        ref.clear("was stopped");
        assertThatThrownBy(() -> handle.greet("x")).isInstanceOfSatisfying(PlugbayException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(e.plugin()).contains("demo");
            assertThat(e.retryable()).isTrue();
        });
    }

    @Test
    void one_point_serves_several_implementations() {
        TargetRef other = new TargetRef("other", "other");
        publish(1, Points.Greeter.class, GREETER.formatted("one"));
        ClassLoader loader = TestPlugins.loader("other", TestPlugins.compile(Map.of("Impl", GREETER.formatted("two"))));
        other.publish(new Target("other", 1, loader).offer(Points.Greeter.class, "Impl"));
        Points.Greeter a = handles.handle(Points.Greeter.class, ref, "");
        Points.Greeter b = handles.handle(Points.Greeter.class, other, "");
        assertThat(a.greet("x") + b.greet("x")).isEqualTo("one xtwo x");
        assertThat(a.getClass()).isSameAs(b.getClass());
    }

    @Test
    void an_extension_point_of_another_loader_works() throws Exception {
        ClassLoader embedder = TestPlugins.loader(
                "embedder", TestPlugins.compile(Map.of("Own", "public interface Own { String say(String what); }")));
        Class<?> point = embedder.loadClass("acme.Own");
        Object echo = java.lang.reflect.Proxy.newProxyInstance(
                embedder, new Class<?>[] {point}, (proxy, method, arguments) -> "said " + arguments[0]);
        ref.publish(new Target("demo", 1, embedder).offer(point, "", echo));
        Object handle = handles.handle(point, ref, "");
        assertThat(point.getMethod("say", String.class).invoke(handle, "it")).isEqualTo("said it");
    }

    @Test
    void values_are_copied_and_null_and_plugin_objects_are_refused() {
        publish(1, Points.Items.class, """
                import dev.plugbay.runtime.Points.Item;
                import java.util.*;
                public class Impl implements dev.plugbay.runtime.Points.Items {
                    public static class MyList<T> extends ArrayList<T> {}
                    public enum Mine { A }
                    public List<Item> list(Item like) {
                        MyList<Item> all = new MyList<>();
                        MyList<String> tags = new MyList<>();
                        tags.add("t");
                        all.add(new Item(like.name(), tags, Optional.of(like), new TreeMap<>(Map.of("a", 1))));
                        return all;
                    }
                    @SuppressWarnings("unchecked")
                    public Optional<Item> get(String name) {
                        return switch (name) {
                            case "null" -> null;
                            case "inner" -> Optional.of(new Item(null, List.of(), Optional.empty(), Map.of()));
                            default -> (Optional<Item>) (Object) Optional.of(Mine.A);
                        };
                    }
                }""");
        Points.Items handle = handles.handle(Points.Items.class, ref, "");
        List<String> tags = new ArrayList<>(List.of("mine"));
        Points.Item like = new Points.Item("x", tags, Optional.empty(), Map.of());
        List<Points.Item> items = handle.list(like);
        assertThat(items.getClass()).isSameAs(List.of(1).getClass());
        assertThat(items.getFirst().tags().getClass()).isSameAs(List.of(1).getClass());
        assertThat(items.getFirst().counts()).containsEntry("a", 1);
        tags.add("later");
        assertThat(items.getFirst().inner().orElseThrow().tags()).containsExactly("mine");
        for (String name : List.of("null", "inner", "mine")) {
            assertThatThrownBy(() -> handle.get(name))
                    .isInstanceOfSatisfying(
                            PlugbayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CALL_FAILED))
                    .hasMessageContaining(name.equals("mine") ? "acme.Impl$Mine" : "null is refused");
        }
        @SuppressWarnings("NullAway") // that is what is refused
        Points.Item nullInside = new Points.Item("x", null, Optional.empty(), Map.of());
        assertThatThrownBy(() -> handle.list(nullInside))
                .isInstanceOfSatisfying(
                        PlugbayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
        assertThat(ref.get().leases().idle()).isTrue();
    }

    @Test
    void interfaces_that_cannot_be_extension_points_say_which_method_is_in_the_way() {
        for (Class<?> point : List.of(Points.Streams.class, Points.Threads.class, String.class)) {
            assertThatThrownBy(() -> handles.handle(point, ref, ""))
                    .isInstanceOf(PlugbayException.class)
                    .hasMessageContaining(point.getName() + " cannot be an extension point");
        }
        assertThatThrownBy(() -> handles.handle(Points.Streams.class, ref, ""))
                .hasMessageContaining("method all returns java.util.stream.Stream<java.lang.String>");
    }

    @Test
    void children_of_local_points_are_handles_of_the_same_generation() {
        Target target = publish(1, Points.Sessions.class, """
                import dev.plugbay.runtime.Points.*;
                import java.util.*;
                public class Impl implements Sessions {
                    record S(String name) implements Session { public Session sub() { return new S(name + "/sub"); } }
                    public Optional<Session> session(String name) { return Optional.of(new S(name)); }
                }""");
        Points.Session child =
                handles.handle(Points.Sessions.class, ref, "").session("a").orElseThrow();
        assertThat(child.sub().name()).isEqualTo("a/sub");
        assertThat(child.getClass().isHidden()).isTrue();
        assertThat(target.leases().idle()).isTrue();
        target.leases().sever();
        assertThatThrownBy(child::name)
                .isInstanceOfSatisfying(
                        PlugbayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }
}
