package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWatchTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration QUIET = Duration.ofMillis(20);

    @TempDir
    Path temp;

    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void a_file_in_a_folder_or_in_a_plugin_folder_is_noticed() throws IOException {
        Path lib = Files.createDirectories(temp.resolve("x/lib"));
        Files.writeString(temp.resolve("x/manifest.json"), "{}");
        try (var _ = new FolderWatch(List.of(temp), NEVER, QUIET, calls::incrementAndGet)) {
            Files.writeString(temp.resolve("a.jar"), "1");
            awaitCalls(1);
            int before = calls.get();
            Files.writeString(lib.resolve("b.jar"), "1");
            awaitCalls(before + 1);
        }
    }

    @Test
    void a_folder_that_does_not_exist_yet_is_waited_for() throws IOException {
        Path folder = temp.resolve("p/q");
        try (var _ = new FolderWatch(List.of(folder), NEVER, QUIET, calls::incrementAndGet)) {
            Files.createDirectories(folder);
            awaitCalls(1);
            int before = calls.get();
            await().pollInterval(QUIET.multipliedBy(4))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        Files.writeString(folder.resolve("a.jar"), String.valueOf(calls.get()));
                        return calls.get() > before;
                    });
        }
    }

    @Test
    void without_watches_it_polls() {
        try (var _ = new FolderWatch(List.of(temp), Duration.ofMillis(50), QUIET, calls::incrementAndGet, () -> {
            throw new IOException("User limit of inotify instances reached or too many open files");
        })) {
            awaitCalls(3);
        }
    }

    @Test
    void a_request_to_look_again_and_other_folders_are_heeded_and_a_listener_may_fail() throws IOException {
        Path other = Files.createDirectory(temp.resolve("other"));
        try (var watch = new FolderWatch(List.of(temp.resolve("first")), NEVER, QUIET, () -> {
            calls.incrementAndGet();
            throw new IllegalStateException("listener");
        })) {
            watch.lookAgainIn(Duration.ofMillis(30));
            awaitCalls(1);
            watch.watch(List.of(other), NEVER);
            awaitCalls(2);
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                Files.writeString(other.resolve("a.jar"), "1");
                return calls.get() > 2;
            });
        }
    }

    @Test
    void close_leaves_no_thread_and_makes_no_more_calls() throws IOException {
        var watch = new FolderWatch(List.of(temp), Duration.ofMillis(10), QUIET, calls::incrementAndGet);
        awaitCalls(1);
        watch.close();
        int after = calls.get();
        Files.writeString(temp.resolve("a.jar"), "1");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().startsWith("plugbay-watch"));
        assertThat(calls).hasValue(after);
        watch.close();
    }

    private void awaitCalls(int atLeast) {
        await().atMost(Duration.ofSeconds(20)).until(() -> calls.get() >= atLeast);
    }
}
