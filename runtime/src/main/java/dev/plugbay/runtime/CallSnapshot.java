package dev.plugbay.runtime;

import java.time.Instant;
import java.util.List;

/**
 * A call, or something that a call left open, as it was at one moment; text only.
 *
 * @param what the method, or what was left open
 * @param thread the thread's name; empty for what was left open
 * @param since when it began
 * @param longRunning whether its method is declared so
 * @param cancelled whether it was asked to end
 * @param stack where the thread was; empty for what was left open
 */
record CallSnapshot(
        String what,
        String thread,
        Instant since,
        boolean longRunning,
        boolean cancelled,
        List<StackTraceElement> stack) {
    CallSnapshot {
        stack = List.copyOf(stack);
    }

    /** As one line for people: what it is, on which thread, and where it is in the code of {@code plugin}. */
    String told(ClassLoader plugin) {
        String name = plugin.getName();
        return what
                + (thread.isEmpty() ? "" : " on thread " + thread)
                + stack.stream()
                        .filter(frame -> name != null && name.equals(frame.getClassLoaderName()))
                        .findFirst()
                        .map(frame -> " at " + frame)
                        .orElse("");
    }

    /** The frames of the call as lines, innermost first. */
    String where() {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement element : stack) {
            text.append(text.isEmpty() ? "" : "\n").append(element);
        }
        return text.toString();
    }
}
