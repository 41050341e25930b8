package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.SavedState;
import dev.plugbay.runtime.HostStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class SqliteHostStoreTest {
    @TempDir
    Path folder;

    @Test
    void what_is_kept_survives_closing() {
        HostStore.Entry entry = new HostStore.Entry(
                false,
                Optional.of("ab".repeat(32)),
                Map.of("a", List.of(1, "two"), "n", Map.of("x", true)),
                Map.of(
                        "backup",
                        new HostStore.InstanceEntry(true, false, Map.of("folder", "/srv")),
                        "old",
                        HostStore.InstanceEntry.absent()));
        try (Database database = open()) {
            HostStore store = store(database);
            store.save("images", HostStore.Entry.initial());
            store.save("images", entry);
            store.save("gone", entry);
            store.delete("gone");
            store.put("images", "k/1", bytes("one"));
            store.put("images", "k/1", bytes("eins"));
            store.put("images", "k/2", bytes("two"));
            store.put("images", "%", bytes("percent"));
            store.put("other", "k/1", bytes("other"));
            store.remove("images", "k/2");
        }
        try (Database database = open()) {
            HostStore store = store(database);
            assertThat(store.entries()).isEqualTo(Map.of("images", entry));
            assertThat(store.get("images", "k/1"))
                    .hasValueSatisfying(value -> assertThat(value).isEqualTo(bytes("eins")));
            assertThat(store.get("images", "k/2")).isEmpty();
            assertThat(store.keys("images", "")).containsExactly("%", "k/1");
            assertThat(store.keys("images", "%")).containsExactly("%");
            store.purge("images");
            assertThat(store.keys("images", "")).isEmpty();
            assertThat(store.get("other", "k/1")).isPresent();
        }
    }

    @Test
    void a_state_survives_closing_and_goes_when_it_is_given_up_or_purged() {
        byte[] bytes = new byte[100_000];
        new java.util.Random(7).nextBytes(bytes);
        SavedState state = new SavedState(3, bytes);
        try (Database database = open()) {
            HostStore store = store(database);
            assertThat(store.state("a")).isEmpty();
            store.keepState("a", Optional.of(SavedState.ofText(1, "first")));
            store.keepState("a", Optional.of(state));
            store.keepState("b", Optional.of(SavedState.ofText(0, "")));
            store.keepState("c", Optional.of(state));
            store.keepState("c", Optional.empty());
        }
        try (Database database = open()) {
            HostStore store = store(database);
            assertThat(store.state("a")).hasValue(state);
            assertThat(store.state("b")).hasValue(SavedState.ofText(0, ""));
            assertThat(store.state("c")).isEmpty();
            store.purge("a");
            assertThat(store.state("a")).isEmpty();
            assertThat(store.state("b")).isPresent();
        }
    }

    @Test
    void what_was_stored_by_a_version_without_instances_is_kept() throws Exception {
        SQLiteDataSource before = new SQLiteDataSource();
        before.setUrl("jdbc:sqlite:" + folder.resolve("plugbay.db"));
        Flyway.configure()
                .dataSource(before)
                .locations("classpath:" + Database.SCRIPTS_FOLDER)
                .target("4")
                .load()
                .migrate();
        try (Connection connection = before.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO plugin VALUES ('images', 0, NULL, '{\"folder\":\"/srv\"}')");
            statement.execute("INSERT INTO storage VALUES ('images', 'k', x'6f6e65')");
        }
        try (Database database = open()) {
            HostStore store = store(database);
            assertThat(store.entries())
                    .isEqualTo(
                            Map.of("images", new HostStore.Entry(false, Optional.empty(), Map.of("folder", "/srv"))));
            assertThat(store.get("images", "k"))
                    .hasValueSatisfying(value -> assertThat(value).isEqualTo(bytes("one")));
        }
    }

    @Test
    void many_threads_write_at_once() throws Exception {
        try (Database database = open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            HostStore store = store(database);
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String key = "k" + i;
                work.add(() -> {
                    store.put("images", key, bytes(key));
                    return null;
                });
            }
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
            assertThat(store.keys("images", "k")).hasSize(50);
        }
    }

    @Test
    void the_log_is_written_ahead_and_synchronised_in_full() {
        try (Database database = open()) {
            assertThat(database.jdbi()
                            .<String, RuntimeException>withHandle(handle -> handle.createQuery("PRAGMA journal_mode")
                                    .mapTo(String.class)
                                    .one()))
                    .isEqualTo("wal");
            assertThat(database.jdbi()
                            .<Integer, RuntimeException>withHandle(handle -> handle.createQuery("PRAGMA synchronous")
                                    .mapTo(Integer.class)
                                    .one()))
                    .isEqualTo(2);
        }
    }

    @Test
    void every_script_is_known_to_the_database() throws Exception {
        try (var scripts = Files.list(Path.of("src/main/resources", Database.SCRIPTS_FOLDER))) {
            assertThat(scripts.map(script -> script.getFileName().toString()).sorted())
                    .containsExactlyElementsOf(Database.SCRIPTS);
        }
    }

    @Test
    void a_database_of_a_newer_version_is_refused_with_a_remedy() {
        try (Database database = open()) {
            database.jdbi().useHandle(handle -> {
                handle.execute("INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, "
                        + "checksum, installed_by, execution_time, success) "
                        + "VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 1, '', 1, 1)");
                handle.execute("PRAGMA user_version = 99");
            });
        }
        PlugbayException failure = catchThrowableOfType(PlugbayException.class, this::open);
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure.remedy().orElse("")).contains("newer version");
    }

    private Database open() {
        return Database.open(folder.resolve("plugbay.db"));
    }

    private static HostStore store(Database database) {
        return new SqliteHostStore(database, new Json(new Redactor()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_damaged_database_is_named_as_that_without_a_statement_or_what_was_bound() throws Exception {
        try (Database database = open()) {
            HostStore store = store(database);
            for (int i = 0; i < 50; i++) {
                store.put("images", "k" + i, new byte[2000]);
            }
        }
        Path file = folder.resolve("plugbay.db");
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 4096, bytes.length, (byte) 0x5a);
        Files.write(file, bytes);
        PlugbayException failure = catchThrowableOfType(PlugbayException.class, () -> {
            try (Database database = open()) {
                store(database).entries();
            }
        });
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure.detail()).contains("damaged").doesNotContain("SELECT");
        assertThat(failure.remedy().orElse("")).contains("move it away");
    }
}
