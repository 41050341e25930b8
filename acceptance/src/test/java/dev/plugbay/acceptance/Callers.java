package dev.plugbay.acceptance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Threads that ask for lists without pause, and keep every answer that is not as it should be. */
final class Callers implements AutoCloseable {
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    final AtomicLong calls = new AtomicLong();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    /** Each answer has to have items. */
    Callers(Rest rest, int count, String... paths) {
        this(rest, count, answer -> !answer.json().path("items").isEmpty(), paths);
    }

    /** Each answer has to be right. */
    Callers(Rest rest, int count, Predicate<Rest.Answer> right, String... paths) {
        for (int i = 0; i < count; i++) {
            String path = paths[i % paths.length];
            threads.add(Thread.ofPlatform().daemon().start(() -> call(rest, path, right)));
        }
    }

    private void call(Rest rest, String path, Predicate<Rest.Answer> right) {
        while (!stop.get()) {
            try {
                Rest.Answer answer = rest.send("GET", path, "");
                calls.incrementAndGet();
                if (answer.status() != 200 || !right.test(answer)) {
                    failures.add(path + ": " + answer);
                }
            } catch (RuntimeException e) {
                failures.add(path + ": " + e);
                return;
            }
        }
    }

    void end() {
        stop.set(true);
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        end();
    }
}
