package dev.plugbay.api;

/** Something lent that can be given back early. */
public interface Registration extends AutoCloseable {
    /** Gives it back; a second time does nothing. */
    @Override
    void close();
}
