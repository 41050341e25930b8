package dev.plugbay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.SavedState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHostStoreTest {
    @TempDir
    Path home;

    @Test
    void entries_are_there_after_a_restart() {
        var entry = new HostStore.Entry(
                false,
                Optional.of("ab".repeat(32)),
                Map.of("a", List.of(1L, Map.of("b", 2.5))),
                Map.of(
                        "backup",
                        new HostStore.InstanceEntry(true, false, Map.of("folder", "/srv")),
                        "old",
                        HostStore.InstanceEntry.absent()));
        try (FileHostStore store = new FileHostStore(home)) {
            store.save("../a/b %", HostStore.Entry.initial());
            store.save("x", HostStore.Entry.initial());
            store.save("x", entry);
            store.save("gone", entry);
            store.delete("gone");
            store.delete("never");
        }
        try (FileHostStore store = new FileHostStore(home)) {
            assertThat(store.entries()).isEqualTo(Map.of("x", entry, "../a/b %", HostStore.Entry.initial()));
        }
    }

    @Test
    void an_entry_of_a_version_without_instances_is_read() throws Exception {
        try (FileHostStore store = new FileHostStore(home)) {
            store.save("x", HostStore.Entry.initial());
        }
        try (Stream<Path> files = Files.list(home.resolve("store/plugins"))) {
            assertThat(files).allSatisfy(file -> assertThat(file).content().doesNotContain("instances"));
        }
        try (FileHostStore store = new FileHostStore(home)) {
            assertThat(store.entries()).isEqualTo(Map.of("x", HostStore.Entry.initial()));
        }
    }

    @Test
    void a_state_is_there_after_a_restart_and_goes_when_it_is_given_up_or_purged() {
        byte[] bytes = new byte[100_000];
        new java.util.Random(7).nextBytes(bytes);
        SavedState state = new SavedState(3, bytes);
        try (FileHostStore store = new FileHostStore(home)) {
            assertThat(store.state("../a")).isEmpty();
            store.keepState("../a", Optional.of(SavedState.ofText(1, "first")));
            store.keepState("../a", Optional.of(state));
            store.keepState("b", Optional.of(SavedState.ofText(0, "")));
            store.keepState("c", Optional.of(state));
            store.put("c", "key", bytes);
            store.keepState("c", Optional.empty());
            store.keepState("never", Optional.empty());
        }
        try (FileHostStore store = new FileHostStore(home)) {
            assertThat(store.state("../a")).hasValue(state);
            assertThat(store.state("b")).hasValue(SavedState.ofText(0, ""));
            assertThat(store.state("c")).isEmpty();
            assertThat(store.get("c", "key")).isPresent();
            store.purge("../a");
            assertThat(store.state("../a")).isEmpty();
        }
    }

    @Test
    void a_state_that_is_damaged_is_a_failure_and_never_taken_for_none() throws Exception {
        try (FileHostStore store = new FileHostStore(home)) {
            store.keepState("a", Optional.of(SavedState.ofText(1, "text")));
            Path file;
            try (Stream<Path> files = Files.list(home.resolve("store/state"))) {
                file = files.findFirst().orElseThrow();
            }
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 9] ^= 1;
            Files.write(file, bytes);
            PlugbayException corrupt = catchThrowableOfType(PlugbayException.class, () -> store.state("a"));
            assertThat(corrupt.detail()).contains(file.getFileName().toString());
        }
    }

    @Test
    void any_text_is_a_key() {
        List<String> keys = List.of(
                "a",
                "A",
                "../../x",
                "/",
                ".",
                "",
                "k".repeat(512),
                "\u00e9\u4e2d".repeat(256),
                "\ud800",
                "\ud801",
                "a\0b");
        try (FileHostStore store = new FileHostStore(home)) {
            for (String key : keys) {
                store.put("in/../stance", key, key.getBytes(StandardCharsets.UTF_16BE));
            }
        }
        try (FileHostStore store = new FileHostStore(home)) {
            for (String key : keys) {
                assertThat(store.get("in/../stance", key))
                        .hasValueSatisfying(
                                value -> assertThat(value).isEqualTo(key.getBytes(StandardCharsets.UTF_16BE)));
            }
            assertThat(store.keys("in/../stance", ""))
                    .isEqualTo(keys.stream().sorted().toList());
            assertThat(store.keys("in/../stance", "a")).containsExactly("a", "a\0b");
            assertThat(store.keys("other", "")).isEmpty();
            assertThat(store.get("other", "a")).isEmpty();
        }
        assertThat(home.toFile().list()).containsExactly("store");
    }

    @Test
    void removing_and_purging_leave_the_rest() {
        try (FileHostStore store = new FileHostStore(home)) {
            store.put("i", "a", new byte[] {1});
            store.put("i", "b", new byte[0]);
            store.put("j", "a", new byte[] {2});
            store.remove("i", "a");
            store.remove("i", "never");
            assertThat(store.keys("i", "")).containsExactly("b");
            store.purge("i");
            store.purge("i");
            assertThat(store.keys("i", "")).isEmpty();
            assertThat(store.get("j", "a")).isPresent();
        }
    }

    @Test
    void what_a_crash_left_half_written_is_ignored_and_overwritten() throws IOException {
        try (FileHostStore store = new FileHostStore(home)) {
            store.save("x", HostStore.Entry.initial());
            store.put("i", "k", new byte[] {1});
        }
        for (Path file : files()) {
            Files.writeString(file.resolveSibling(file.getFileName() + ".tmp"), "{\"half");
        }
        try (FileHostStore store = new FileHostStore(home)) {
            assertThat(store.entries()).containsOnlyKeys("x");
            assertThat(store.keys("i", "")).containsExactly("k");
            store.save("x", HostStore.Entry.initial());
            store.put("i", "k", new byte[] {2});
            assertThat(store.get("i", "k"))
                    .hasValueSatisfying(value -> assertThat(value).containsExactly(2));
        }
        assertThat(files()).hasSize(2);
    }

    @Test
    void a_damaged_file_is_named_and_kept() throws IOException {
        try (FileHostStore store = new FileHostStore(home)) {
            store.save("x", HostStore.Entry.initial());
            store.put("i", "k", new byte[] {1, 2, 3});
            for (Path file : files()) {
                byte[] bytes = Files.readAllBytes(file);
                for (byte[] damaged : damaged(bytes)) {
                    Files.write(file, damaged);
                    PlugbayException failure = catchThrowableOfType(
                            PlugbayException.class,
                            () -> assertThat(List.of(store.entries(), store.keys("i", "")))
                                    .isNull());
                    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                    assertThat(failure.getMessage()).contains(file.toString());
                    assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
                }
                Files.write(file, bytes);
            }
        }
    }

    private static List<byte[]> damaged(byte[] bytes) {
        byte[] flipped = bytes.clone();
        flipped[flipped.length / 2] ^= (byte) 0x80;
        return List.of(new byte[0], java.util.Arrays.copyOf(bytes, bytes.length / 2), flipped, new byte[bytes.length]);
    }

    @Test
    void many_threads_see_whole_values_only() throws Exception {
        try (FileHostStore store = new FileHostStore(home);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int thread = t;
                work.add(() -> {
                    int torn = 0;
                    for (int i = 0; i < 25; i++) {
                        byte[] value = new byte[1000 + thread];
                        java.util.Arrays.fill(value, (byte) thread);
                        store.put("i", "shared", value);
                        store.put("i", "own" + thread, value);
                        byte[] read = store.get("i", "shared").orElseThrow();
                        for (byte b : read) {
                            torn += read.length == 1000 + b ? 0 : 1;
                        }
                        store.save(
                                "p" + i % 3, new HostStore.Entry(true, Optional.empty(), Map.of("t", (long) thread)));
                        store.entries();
                    }
                    return torn;
                });
            }
            for (Future<Integer> torn : threads.invokeAll(work)) {
                assertThat(torn.get()).isZero();
            }
            assertThat(store.keys("i", "own")).hasSize(8);
            assertThat(store.entries()).containsOnlyKeys("p0", "p1", "p2");
        }
    }

    @Test
    void an_interrupted_thread_can_write_and_stays_interrupted() {
        try (FileHostStore store = new FileHostStore(home)) {
            Thread.currentThread().interrupt();
            store.put("i", "k", new byte[] {1});
            store.save("x", HostStore.Entry.initial());
            assertThat(store.get("i", "k")).isPresent();
            assertThat(store.entries()).containsOnlyKeys("x");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void only_the_owner_reads_what_is_kept() throws IOException {
        try (FileHostStore store = new FileHostStore(home)) {
            store.save("x", HostStore.Entry.initial());
            for (Path file : files()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("store"))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void what_could_not_be_read_again_is_not_saved() {
        Map<String, Object> deep = Map.of();
        for (int i = 0; i < 63; i++) {
            deep = Map.of("d", deep);
        }
        Map<String, Object> config = deep;
        try (FileHostStore store = new FileHostStore(home)) {
            var fits = new HostStore.Entry(true, Optional.empty(), Map.of("a", 1L));
            store.save("x", fits);
            PlugbayException failure = catchThrowableOfType(
                    PlugbayException.class,
                    () -> store.save("x", new HostStore.Entry(true, Optional.empty(), Map.of("d", config))));
            assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
            assertThat(store.entries()).isEqualTo(Map.of("x", fits));
        }
    }

    @Test
    void a_closed_store_and_a_home_that_is_a_file_are_unavailable() throws IOException {
        FileHostStore store = new FileHostStore(home);
        store.close();
        assertThat(catchThrowableOfType(PlugbayException.class, store::entries).code())
                .isEqualTo(ErrorCode.UNAVAILABLE);
        Path file = Files.createFile(home.resolve("file"));
        assertThat(catchThrowableOfType(PlugbayException.class, () -> new FileHostStore(file))
                        .code())
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
