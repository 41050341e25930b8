package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.runtime.TestPlugins.Target;
import java.time.Duration;
import java.util.Map;
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
}
