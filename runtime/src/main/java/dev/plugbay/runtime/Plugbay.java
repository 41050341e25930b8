package dev.plugbay.runtime;

/** The way in: {@code try (var host = Plugbay.builder().plugins(folder).start()) { ... }}. */
public final class Plugbay {
    private Plugbay() {}

    /** A builder of a host, with every setting at its default. */
    public static HostBuilder builder() {
        return new HostBuilder();
    }
}
