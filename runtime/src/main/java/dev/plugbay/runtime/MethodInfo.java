package dev.plugbay.runtime;

/**
 * What a call is to the guard.
 *
 * @param label as {@code VmProvider.list}
 * @param longRunning whether a drain leaves it alone
 * @param readOnly whether it changes nothing
 */
record MethodInfo(String label, boolean longRunning, boolean readOnly) {
    /** Something other than a method of an extension point. */
    static MethodInfo of(String what) {
        return new MethodInfo(what, false, false);
    }

    /** A part of it. */
    MethodInfo within(String part) {
        return new MethodInfo(label + " " + part, longRunning, readOnly);
    }
}
