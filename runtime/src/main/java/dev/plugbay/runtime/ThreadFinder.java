package dev.plugbay.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds threads that keep a plugin's class loader: whose class or context class loader it is, or in whose stack it stands. Virtual threads are
 * not found: only the JVM's own thread dump lists them, and making one while virtual threads work crashed JDK 25.0.3 (in its thread snapshot). Loader names carry the
 * host's nonce, so another host's plugin of the same name is not mistaken for it.
 */
final class ThreadFinder {
    /** The threads that keep {@code loader}, as text. */
    List<UnloadVerdict.Holder> holding(ClassLoader loader, Map<Long, String> births) {
        List<UnloadVerdict.Holder> holders = new ArrayList<>();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            Optional<StackTraceElement> inside = Arrays.stream(stack)
                    .filter(frame ->
                            loader.getName() != null && loader.getName().equals(frame.getClassLoaderName()))
                    .findFirst();
            boolean holds = inside.isPresent()
                    || loader.equals(thread.getClass().getClassLoader())
                    || loader.equals(thread.getContextClassLoader())
                    || births.containsKey(thread.threadId());
            if (holds && !thread.equals(Thread.currentThread())) {
                holders.add(
                        new UnloadVerdict.Holder(kind(thread), thread.getName(), where(thread, stack, inside, births)));
            }
        });
        return holders;
    }

    private static String kind(Thread thread) {
        return thread.getClass().getName().equals("java.util.TimerThread") ? "timer" : "thread";
    }

    private static String where(
            Thread thread, StackTraceElement[] stack, Optional<StackTraceElement> inside, Map<Long, String> births) {
        String birth = births.get(thread.threadId());
        String now = inside.map(StackTraceElement::toString)
                .orElseGet(() -> stack.length == 0 ? "an unknown place" : stack[0].toString());
        return birth == null ? "now at " + now : "started at " + birth + ", now at " + now;
    }
}
