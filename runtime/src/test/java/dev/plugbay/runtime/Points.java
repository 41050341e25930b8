package dev.plugbay.runtime;

import dev.plugbay.api.ExtensionPoint;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Extension points of the call path's tests. */
public final class Points {
    private Points() {}

    /** Every primitive, both ways, and arrays. */
    @ExtensionPoint
    public interface Primitives {
        boolean not(boolean value);

        byte plus(byte a, byte b);

        short plus(short a, short b);

        char next(char value);

        int plus(int a, int b);

        long plus(long a, int b, long c);

        float half(float value);

        double mix(double a, float b, long c, int d, String e, double f);

        void nothing();

        int[] reversed(int[] values);

        byte[] same(byte[] values);

        String[][] grid(String[][] values);
    }

    /** A generic base. */
    public interface Codec<T> {
        T decode(String text);

        String encode(T value);

        default String twice(T value) {
            return encode(value) + encode(value);
        }
    }

    /** Bridges, defaults and inheritance. */
    public interface IntCodec extends Codec<Integer> {
        @Override
        Integer decode(String text);

        default int decodeOr(String text, int otherwise) {
            return text.isEmpty() ? otherwise : decode(text);
        }
    }

    /** A value. */
    public record Item(String name, List<String> tags, Optional<Item> inner, Map<String, Integer> counts) {}

    /** Values. */
    @ExtensionPoint
    public interface Items {
        List<Item> list(Item like);

        Optional<Item> get(String name);
    }

    /** The simplest. */
    @ExtensionPoint
    public interface Greeter {
        String greet(String name);
    }

    /** Hears values. */
    public interface Listener {
        String heard(String what);
    }

    /** Everything that outlives its call, and everything that calls back. */
    @ExtensionPoint
    public interface Work {
        String block(Listener started);

        InputStream open();

        CompletionStage<String> later(boolean fail);

        Object anything();

        void fail(String how);

        String eager(String text, Listener listener);
    }

    /** Works in-process only. */
    @ExtensionPoint(local = true)
    public interface Sessions {
        Optional<Session> session(String name);
    }

    /** A child. */
    public interface Session {
        String name();

        Session sub();
    }

    /** Refused: a stream. */
    public interface Streams {
        Stream<String> all();
    }

    /** Refused: a class that is no value. */
    public interface Threads {
        void run(Thread thread, int n);
    }
}
