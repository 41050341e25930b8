package dev.plugbay.daemon;

import dev.plugbay.api.SavedState;
import dev.plugbay.runtime.HostStore;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** What lasts about plugins, in the database. Each change is one transaction. Closing it leaves the database open: others use it too. */
final class SqliteHostStore implements HostStore {
    private final Database database;
    private final Jdbi jdbi;
    private final Json json;

    SqliteHostStore(Database database, Json json) {
        this.database = database;
        this.jdbi = database.jdbi();
        this.json = json;
    }

    @Override
    public Map<String, Entry> entries() {
        return guarded(() -> jdbi.inTransaction(handle -> {
            Map<String, Map<String, InstanceEntry>> instances = new HashMap<>();
            handle.createQuery("SELECT plugin, name, present, enabled, config FROM instance")
                    .map((row, context) -> instances
                            .computeIfAbsent(row.getString("plugin"), id -> new HashMap<>())
                            .put(
                                    row.getString("name"),
                                    new InstanceEntry(
                                            row.getBoolean("present"),
                                            row.getBoolean("enabled"),
                                            config(row.getString("config")))))
                    .forEach(ignored -> {});
            Map<String, Entry> entries = new LinkedHashMap<>();
            handle.createQuery("SELECT id, enabled, installed, config FROM plugin ORDER BY id")
                    .map((row, context) -> entries.put(
                            row.getString("id"),
                            new Entry(
                                    row.getBoolean("enabled"),
                                    Optional.ofNullable(row.getString("installed")),
                                    config(row.getString("config")),
                                    instances.getOrDefault(row.getString("id"), Map.of()))))
                    .forEach(ignored -> {});
            return entries;
        }));
    }

    private Map<String, Object> config(String text) {
        return json.object(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void save(String id, Entry entry) {
        guarded(() -> database.write(handle -> {
            handle.createUpdate("INSERT INTO plugin (id, enabled, installed, config) "
                            + "VALUES (:id, :enabled, :installed, :config) "
                            + "ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, installed = excluded.installed, "
                            + "config = excluded.config")
                    .bind("id", id)
                    .bind("enabled", entry.enabled())
                    .bind("installed", entry.installed().orElse(null))
                    .bind("config", json.text(entry.config()))
                    .execute();
            handle.execute("DELETE FROM instance WHERE plugin = ?", id);
            entry.instances()
                    .forEach((name, instance) -> handle.createUpdate(
                                    "INSERT INTO instance (plugin, name, present, enabled, config) "
                                            + "VALUES (:plugin, :name, :present, :enabled, :config)")
                            .bind("plugin", id)
                            .bind("name", name)
                            .bind("present", instance.present())
                            .bind("enabled", instance.enabled())
                            .bind("config", json.text(instance.config()))
                            .execute());
            return id;
        }));
    }

    @Override
    public void delete(String id) {
        guarded(() -> database.write(handle -> handle.execute("DELETE FROM plugin WHERE id = ?", id)));
    }

    @Override
    public Optional<byte[]> get(String instance, String key) {
        return guarded(() -> jdbi.withHandle(
                handle -> handle.select("SELECT value FROM storage WHERE instance = ? AND name = ?", instance, key)
                        .mapTo(byte[].class)
                        .findOne()));
    }

    @Override
    public void put(String instance, String key, byte[] value) {
        guarded(() -> database.write(handle -> handle.execute(
                "INSERT INTO storage (instance, name, value) VALUES (?, ?, ?) "
                        + "ON CONFLICT (instance, name) DO UPDATE SET value = excluded.value",
                instance,
                key,
                value)));
    }

    @Override
    public void remove(String instance, String key) {
        guarded(() -> database.write(
                handle -> handle.execute("DELETE FROM storage WHERE instance = ? AND name = ?", instance, key)));
    }

    @Override
    public List<String> keys(String instance, String prefix) {
        return guarded(() -> jdbi.withHandle(handle -> handle.select(
                        "SELECT name FROM storage WHERE instance = ? AND substr(name, 1, length(?)) = ? ORDER BY name",
                        instance,
                        prefix,
                        prefix)
                .mapTo(String.class)
                .list()));
    }

    @Override
    public Optional<SavedState> state(String instance) {
        return guarded(() ->
                jdbi.withHandle(handle -> handle.select("SELECT version, value FROM state WHERE instance = ?", instance)
                        .map((row, context) -> new SavedState(row.getInt("version"), row.getBytes("value")))
                        .findOne()));
    }

    @Override
    public void keepState(String instance, Optional<SavedState> state) {
        guarded(() -> database.write(handle -> state.isEmpty()
                ? handle.execute("DELETE FROM state WHERE instance = ?", instance)
                : handle.execute(
                        "INSERT INTO state (instance, version, value) VALUES (?, ?, ?) "
                                + "ON CONFLICT (instance) DO UPDATE SET version = excluded.version, value = excluded.value",
                        instance,
                        state.get().version(),
                        state.get().data())));
    }

    @Override
    public void purge(String instance) {
        guarded(() -> database.write(handle -> handle.execute("DELETE FROM storage WHERE instance = ?", instance)
                + handle.execute("DELETE FROM state WHERE instance = ?", instance)));
    }

    @Override
    public void close() {}

    private static <T> T guarded(Supplier<T> work) {
        try {
            return work.get();
        } catch (JdbiException e) {
            throw DatabaseFailures.of(e);
        }
    }
}
