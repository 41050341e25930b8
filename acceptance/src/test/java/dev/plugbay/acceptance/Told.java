package dev.plugbay.acceptance;

import java.util.HashSet;
import java.util.Set;

/**
 * A value that a host was told to keep: the last one that it acknowledged, and those whose answers are outstanding. One thread tells; another
 * may look when that one is done.
 */
final class Told<T> {
    private T acknowledged;
    private final Set<T> outstanding = new HashSet<>();

    Told(T first) {
        acknowledged = first;
    }

    /** What it was told last and certainly keeps. */
    synchronized T acknowledged() {
        return acknowledged;
    }

    /** It is about to be told this. */
    synchronized void asks(T next) {
        outstanding.add(next);
    }

    /** It said that it keeps this. */
    synchronized void answered(T next) {
        outstanding.remove(next);
        acknowledged = next;
    }

    /** It said that it does not. */
    synchronized void refused(T next) {
        outstanding.remove(next);
    }

    /** Whether it may keep this now. */
    synchronized boolean allows(T seen) {
        return acknowledged.equals(seen) || outstanding.contains(seen);
    }

    /** This is what it keeps, after nobody asks for anything more. */
    synchronized void settle(T seen) {
        outstanding.clear();
        acknowledged = seen;
    }

    @Override
    public synchronized String toString() {
        return acknowledged + (outstanding.isEmpty() ? "" : " or " + outstanding);
    }
}
