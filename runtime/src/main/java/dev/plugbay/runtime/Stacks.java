package dev.plugbay.runtime;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Stacks as text. */
final class Stacks {
    private Stacks() {}

    /** The innermost frames, one a line. */
    static String text(StackTraceElement[] frames) {
        return Arrays.stream(frames).limit(12).map(Object::toString).collect(Collectors.joining("\n"));
    }

    /** What a throwable says, and its innermost frames; nothing of the throwable is kept. */
    static String text(Throwable failure) {
        return Failures.describe(failure) + "\n"
                + text(Failures.ofHost(failure, "").getStackTrace());
    }
}
