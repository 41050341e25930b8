package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.api.SavedState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A {@link HostStore} in files under {@code store/} of a home: {@code plugins/} has a JSON file for each plugin, {@code kv/<instance>/} a file
 * for each key, {@code state/} one for each instance's state. A file that cannot be understood is a failure that names it; it is never taken for an empty one. One host per home.
 *
 * <p>Shared by all threads: the files. A lock for each folder (of a fixed number, chosen by its name) keeps writers of one folder apart;
 * readers share it. Each write is a new file renamed over the old one, so a crash leaves the one or the other.
 */
public final class FileHostStore implements HostStore {
    private static final int LOCKS = 64;
    private static final String ENTRY = ".json";
    private static final String VALUE = ".value";
    private static final String STATE = ".state";

    private final Path plugins;
    private final Path values;
    private final Path states;
    private final List<ReadWriteLock> locks = new ArrayList<>();
    private volatile boolean closed;

    /**
     * Opens the store of a home, which is made if it is not there.
     *
     * @throws PlugbayException {@link ErrorCode#UNAVAILABLE} or {@link ErrorCode#INSUFFICIENT_STORAGE} when it cannot be written
     */
    public FileHostStore(Path home) {
        Path store = home.toAbsolutePath().normalize().resolve("store");
        this.plugins = store.resolve("plugins");
        this.values = store.resolve("kv");
        this.states = store.resolve("state");
        for (int i = 0; i < LOCKS; i++) {
            locks.add(new ReentrantReadWriteLock());
        }
        try {
            DurableFiles.createFolder(plugins);
            DurableFiles.createFolder(values);
            DurableFiles.createFolder(states);
        } catch (IOException e) {
            throw IoFailures.of(e, "The store could not be opened");
        }
    }

    @Override
    public Map<String, Entry> entries() {
        return read(plugins, "The plugins could not be read", () -> {
            Map<String, Entry> entries = new TreeMap<>();
            for (Path file : DurableFiles.list(plugins, ENTRY)) {
                Optional<byte[]> bytes = DurableFiles.read(file);
                if (bytes.isPresent()) {
                    StoredEntry stored = StoredEntry.read(bytes.get(), file);
                    entries.put(stored.id(), stored.entry());
                }
            }
            return new LinkedHashMap<>(entries);
        });
    }

    @Override
    public void save(String id, Entry entry) {
        byte[] bytes = new StoredEntry(id, entry).write();
        write(plugins, "The plugin \"" + id + "\" could not be saved", () -> {
            DurableFiles.write(plugins.resolve(DurableFiles.name(id) + ENTRY), bytes);
        });
    }

    @Override
    public void delete(String id) {
        write(plugins, "The plugin \"" + id + "\" could not be forgotten", () -> {
            DurableFiles.delete(plugins.resolve(DurableFiles.name(id) + ENTRY));
        });
    }

    @Override
    public Optional<byte[]> get(String instance, String key) {
        Path folder = folder(instance);
        Path file = folder.resolve(DurableFiles.name(key) + VALUE);
        return read(folder, "A value of \"" + instance + "\" could not be read", () -> {
            return DurableFiles.read(file)
                    .map(bytes -> StoredValue.read(bytes, file).value());
        });
    }

    @Override
    public void put(String instance, String key, byte[] value) {
        Path folder = folder(instance);
        byte[] bytes = new StoredValue(key, value).write();
        write(folder, "A value of \"" + instance + "\" could not be saved", () -> {
            DurableFiles.createFolder(folder);
            DurableFiles.write(folder.resolve(DurableFiles.name(key) + VALUE), bytes);
        });
    }

    @Override
    public void remove(String instance, String key) {
        Path folder = folder(instance);
        write(folder, "A value of \"" + instance + "\" could not be removed", () -> {
            DurableFiles.delete(folder.resolve(DurableFiles.name(key) + VALUE));
        });
    }

    @Override
    public List<String> keys(String instance, String prefix) {
        Path folder = folder(instance);
        return read(folder, "The keys of \"" + instance + "\" could not be read", () -> {
            List<String> keys = new ArrayList<>();
            for (Path file : DurableFiles.list(folder, VALUE)) {
                DurableFiles.read(file)
                        .map(bytes -> StoredValue.read(bytes, file).key())
                        .filter(key -> key.startsWith(prefix))
                        .ifPresent(keys::add);
            }
            keys.sort(null);
            return List.copyOf(keys);
        });
    }

    @Override
    public Optional<SavedState> state(String instance) {
        Path file = stateFile(instance);
        return read(states, "The state of \"" + instance + "\" could not be read", () -> {
            return DurableFiles.read(file).map(bytes -> {
                StoredValue stored = StoredValue.read(bytes, file);
                try {
                    return new SavedState(Integer.parseInt(stored.key()), stored.value());
                } catch (NumberFormatException noVersion) {
                    throw DurableFiles.corrupt(file, "it has no version");
                }
            });
        });
    }

    @Override
    public void keepState(String instance, Optional<SavedState> state) {
        Path file = stateFile(instance);
        Optional<byte[]> bytes =
                state.map(kept -> new StoredValue(Integer.toString(kept.version()), kept.data()).write());
        write(states, "The state of \"" + instance + "\" could not be kept", () -> {
            if (bytes.isPresent()) {
                DurableFiles.write(file, bytes.get());
            } else {
                DurableFiles.delete(file);
            }
        });
    }

    private Path stateFile(String instance) {
        return states.resolve(DurableFiles.name(instance) + STATE);
    }

    @Override
    public void purge(String instance) {
        Path folder = folder(instance);
        write(folder, "The values of \"" + instance + "\" could not be removed", () -> {
            DurableFiles.deleteFolder(folder);
        });
        keepState(instance, Optional.empty());
    }

    /** Waits for no one: what is being written is finished, what comes later is refused. */
    @Override
    public void close() {
        closed = true;
    }

    private Path folder(String instance) {
        return values.resolve(DurableFiles.name(instance));
    }

    private ReadWriteLock lock(Path folder) {
        return locks.get(Math.floorMod(folder.hashCode(), LOCKS));
    }

    private <T> T read(Path folder, String what, Reading<T> reading) {
        return under(lock(folder).readLock(), what, reading);
    }

    private void write(Path folder, String what, Writing writing) {
        under(lock(folder).writeLock(), what, () -> {
            writing.run();
            return Optional.empty();
        });
    }

    private <T> T under(Lock lock, String what, Reading<T> work) {
        lock.lock();
        try {
            if (closed) {
                throw PlugbayException.of(ErrorCode.UNAVAILABLE, what + ": the store is closed.")
                        .build();
            }
            return work.run();
        } catch (IOException e) {
            throw IoFailures.of(e, what);
        } finally {
            lock.unlock();
        }
    }

    private interface Reading<T> {
        T run() throws IOException;
    }

    private interface Writing {
        void run() throws IOException;
    }
}
