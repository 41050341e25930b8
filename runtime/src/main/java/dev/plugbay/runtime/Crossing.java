package dev.plugbay.runtime;

/**
 * How one parameter or result crosses.
 *
 * @param kind the kind
 * @param type the declared class
 * @param child the interface of a listener or child handle, else {@code type}
 */
record Crossing(Kind kind, Class<?> type, Class<?> child) {
    enum Kind {
        /** Nothing, or a primitive. */
        PLAIN,
        /** A value. */
        VALUE,
        /** A stream of bytes; out of a plugin it holds the lease until closed, into a plugin it dies with the lease. */
        INPUT,
        /** As {@link #INPUT}, the other way. */
        OUTPUT,
        /** A result that holds the lease until closed. */
        CLOSEABLE,
        /** A result that holds the lease until complete. */
        STAGE,
        /** The host's object, called by the plugin. */
        LISTENER,
        /** A plugin's object in a local point, called by the host; may stand in an {@code Optional} or list. */
        CHILD
    }

    static Crossing of(Kind kind, Class<?> type) {
        return new Crossing(kind, type, type);
    }
}
