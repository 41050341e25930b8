package dev.plugbay.example;

import java.util.function.Consumer;

/** How a plugin of a test reaches its host behind the runtime's back. */
public final class Reach {
    private static volatile Consumer<String> host = id -> {};

    private Reach() {}

    /** Says what {@link #host} does. */
    public static void connect(Consumer<String> action) {
        host = action;
    }

    /** Asks the host. */
    public static void host(String what) {
        host.accept(what);
    }
}
