package dev.plugbay.runtime;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that something changed in plugin folders, once things are quiet again, and at least once in each poll interval. What changed is for {@link Discovery} to find out.
 * Folders that do not exist yet are waited for in their parents. Where the system has no watches left, only the polls remain, and they come faster.
 *
 * <p>Concurrency: one thread takes events from the watch service; another waits for quiet, polls and requests, alone owns the keys, and makes all calls of the listener. What
 * the two and the callers share is guarded by {@code lock}; {@code wanted} is replaced as a whole.
 */
final class FolderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
    private static final Duration BLIND_POLL = Duration.ofSeconds(2);
    private static final int MAX_FOLDERS = 1000;

    private final Runnable changed;
    private final long quiet;
    private final @Nullable WatchService service;
    private final Thread caller;
    private final @Nullable Thread events;
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private final Object lock = new Object();
    private List<Path> folders;
    private Duration poll;
    private boolean closed;
    private boolean blind;
    private boolean dirty;
    private long firstEvent;
    private long lastEvent;
    private Optional<Long> lookAgain = Optional.empty();
    private volatile Map<Path, Set<Path>> wanted = Map.of();

    /**
     * Starts to watch.
     *
     * @param folders the folders; they need not exist
     * @param poll the longest time between two calls
     * @param quiet how long nothing must have changed before a call
     * @param changed is called on the watch's thread; what it throws is logged
     */
    FolderWatch(List<Path> folders, Duration poll, Duration quiet, Runnable changed) {
        this(folders, poll, quiet, changed, () -> FileSystems.getDefault().newWatchService());
    }

    FolderWatch(List<Path> folders, Duration poll, Duration quiet, Runnable changed, Callable<WatchService> services) {
        this.folders = List.copyOf(folders);
        this.poll = poll;
        this.quiet = quiet.toNanos();
        this.changed = changed;
        this.service = open(services);
        register(this.folders);
        this.events = service == null
                ? null
                : Thread.ofPlatform().name("plugbay-watch-events").daemon(true).start(this::takeEvents);
        this.caller = Thread.ofPlatform().name("plugbay-watch").daemon(true).start(this::run);
    }

    private @Nullable WatchService open(Callable<WatchService> services) {
        try {
            return services.call();
        } catch (Exception e) {
            goBlind(e);
            return null;
        }
    }

    private void goBlind(Exception e) {
        synchronized (lock) {
            if (blind) {
                return;
            }
            blind = true;
        }
        LOG.warn(
                "Plugin folders cannot all be watched, so they are looked at every {}: {}",
                Durations.print(pause()),
                e.toString());
    }

    private Duration pause() {
        synchronized (lock) {
            return blind && poll.compareTo(BLIND_POLL) > 0 ? BLIND_POLL : poll;
        }
    }

    /** Watches other folders from now on. */
    void watch(List<Path> other, Duration otherPoll) {
        synchronized (lock) {
            folders = List.copyOf(other);
            poll = otherPoll;
        }
        lookAgainIn(Duration.ZERO);
    }

    /** Calls the listener after {@code delay} even if nothing changes; the earliest such request counts. */
    void lookAgainIn(Duration delay) {
        long at = System.nanoTime() + Math.min(delay.toNanos(), Long.MAX_VALUE / 4);
        synchronized (lock) {
            lookAgain = lookAgain.filter(earlier -> earlier - at <= 0).or(() -> Optional.of(at));
            lock.notifyAll();
        }
    }

    private void takeEvents() {
        WatchService watches = Objects.requireNonNull(service);
        try {
            while (true) {
                if (matters(watches.take())) {
                    synchronized (lock) {
                        lastEvent = System.nanoTime();
                        firstEvent = dirty ? firstEvent : lastEvent;
                        dirty = true;
                        lock.notifyAll();
                    }
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // closed
        }
    }

    private void run() {
        try {
            while (awaitReason()) {
                List<Path> now;
                synchronized (lock) {
                    now = folders;
                }
                register(now);
                call();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until there is a reason for a call; false when closed. */
    private boolean awaitReason() throws InterruptedException {
        long nextPoll = System.nanoTime() + pause().toNanos();
        synchronized (lock) {
            while (!closed) {
                long now = System.nanoTime();
                long left = nextPoll - now;
                if (lookAgain.isPresent()) {
                    left = Math.min(left, lookAgain.get() - now);
                }
                if (dirty) { // who writes without pause is unstable anyway, so do not wait for ever
                    left = Math.min(left, Math.min(lastEvent + quiet - now, firstEvent + 10 * quiet - now));
                }
                if (left <= 0) {
                    dirty = false;
                    lookAgain = lookAgain.filter(at -> at - now > 0);
                    return true;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, left + 999_999); // at least as long: waits are in milliseconds
            }
            return false;
        }
    }

    private void call() {
        try {
            changed.run();
        } catch (RuntimeException e) {
            LOG.error("A change of plugin folders could not be handled: {}", e.toString());
        }
    }

    private boolean matters(WatchKey key) {
        boolean matters = false;
        Set<Path> names = wanted.getOrDefault((Path) key.watchable(), Set.of());
        for (WatchEvent<?> event : key.pollEvents()) {
            matters |= event.kind().equals(StandardWatchEventKinds.OVERFLOW)
                    || names.isEmpty()
                    || (event.context() instanceof Path name && names.contains(name));
        }
        return !key.reset() || matters; // a key that cannot be reset lost its folder
    }

    /** Puts watches on what should be watched now, and takes away the others. */
    private void register(List<Path> now) {
        if (service == null) {
            return;
        }
        Map<Path, Set<Path>> all = new LinkedHashMap<>();
        for (Path folder : now) {
            if (Files.isDirectory(folder)) {
                all.put(folder, Set.of());
                pluginFolders(folder, all);
            } else {
                waitFor(folder, all);
            }
        }
        wanted = all;
        keys.entrySet().removeIf(entry -> {
            boolean gone = !all.containsKey(entry.getKey()) || !entry.getValue().isValid();
            if (gone) {
                entry.getValue().cancel();
            }
            return gone;
        });
        boolean complete = all.size() < MAX_FOLDERS;
        for (Path folder : all.keySet()) {
            if (!keys.containsKey(folder)) {
                complete &= register(service, folder);
            }
        }
        if (complete) {
            synchronized (lock) {
                blind = false;
            }
        }
        if (now.stream().anyMatch(folder -> !all.containsKey(folder) && Files.isDirectory(folder))) {
            lookAgainIn(Duration.ZERO); // it was made before its parent was watched
        }
    }

    private boolean register(WatchService watches, Path folder) {
        try {
            keys.put(
                    folder,
                    folder.register(
                            watches,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_DELETE,
                            StandardWatchEventKinds.ENTRY_MODIFY));
            return true;
        } catch (IOException e) {
            if (Files.isDirectory(folder)) {
                goBlind(e);
                return false;
            }
            return true; // gone meanwhile; its parent will tell
        }
    }

    private static void pluginFolders(Path folder, Map<Path, Set<Path>> all) {
        try (var each = Files.newDirectoryStream(folder, Peek::isPluginFolder)) {
            for (Path plugin : each) {
                try (var below = Files.walk(plugin, 16)) {
                    below.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || path.equals(plugin))
                            .limit(Math.max(0, MAX_FOLDERS - all.size()))
                            .forEach(path -> all.put(path, Set.of()));
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("Not all of {} is watched: {}", folder, e.toString());
        }
    }

    private static void waitFor(Path folder, Map<Path, Set<Path>> all) {
        Path child = folder;
        for (Path parent = folder.getParent(); parent != null; parent = parent.getParent()) {
            Path name = child.getFileName();
            if (Files.isDirectory(parent) && name != null) {
                Set<Path> names = all.get(parent);
                if (names == null || !names.isEmpty()) {
                    all.computeIfAbsent(parent, key -> new HashSet<>()).add(name);
                }
                return;
            }
            child = parent;
        }
    }

    /** Ends the watch; waits for a call that is under way, unless it is this one. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.debug("A watch did not close: {}", e.toString());
            }
        }
        for (Thread thread : events == null ? List.of(caller) : List.of(events, caller)) {
            if (!Thread.currentThread().equals(thread)) {
                Uninterrupted.join(thread);
            }
        }
    }
}
