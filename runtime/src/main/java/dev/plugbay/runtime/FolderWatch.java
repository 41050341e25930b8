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
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that something changed in plugin folders, once things are quiet again, and at least once in each poll interval. What changed is for {@link Discovery} to find out.
 * Folders that do not exist yet are waited for in their parents. Where the system has no watches left, only the polls remain, and they come faster.
 *
 * <p>Concurrency: one thread of its own owns the watch service and its keys and makes all calls of the listener. The list of folders and the time to look again are
 * volatile or atomic and read by that thread at each turn.
 */
final class FolderWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);
    private static final Duration BLIND_POLL = Duration.ofSeconds(2);
    private static final int MAX_FOLDERS = 1000;
    private static final long NEVER = Long.MAX_VALUE;

    private final Runnable changed;
    private final Duration quiet;
    private final @Nullable WatchService service;
    private final Thread thread;
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private final AtomicLong lookAgain = new AtomicLong(NEVER);
    private final Object wakeUp = new Object();
    private volatile List<Path> folders;
    private volatile Duration poll;
    private volatile boolean closed;
    private boolean blind;
    private Map<Path, Set<Path>> wanted = Map.of();

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
        this.quiet = quiet;
        this.changed = changed;
        this.service = open(services);
        register();
        this.thread = Thread.ofPlatform().name("plugbay-watch").daemon(true).start(this::run);
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
        if (!blind) {
            blind = true;
            LOG.warn(
                    "Plugin folders cannot all be watched, so they are looked at every {}: {}",
                    Durations.print(pause()),
                    e.toString());
        }
    }

    private Duration pause() {
        return blind && poll.compareTo(BLIND_POLL) > 0 ? BLIND_POLL : poll;
    }

    /** Watches other folders from now on. */
    void watch(List<Path> other, Duration otherPoll) {
        folders = List.copyOf(other);
        poll = otherPoll;
        lookAgainIn(Duration.ZERO);
    }

    /** Calls the listener after {@code delay} even if nothing changes; the earliest such request counts. */
    void lookAgainIn(Duration delay) {
        long at = System.nanoTime() + Math.min(delay.toNanos(), Long.MAX_VALUE / 4);
        lookAgain.accumulateAndGet(at, (old, fresh) -> old == NEVER || fresh - old < 0 ? fresh : old);
        synchronized (wakeUp) {
            wakeUp.notifyAll();
        }
    }

    private void run() {
        long nextPoll = System.nanoTime() + pause().toNanos();
        while (!closed) {
            boolean tell = await(nextPoll) && settle();
            long now = System.nanoTime();
            long asked = lookAgain.get();
            if (asked != NEVER && asked - now <= 0 && lookAgain.compareAndSet(asked, NEVER)) {
                tell = true;
            }
            if (nextPoll - now <= 0) {
                tell = true;
            }
            if (tell && !closed) {
                register();
                call();
                nextPoll = System.nanoTime() + pause().toNanos();
            }
        }
    }

    private void call() {
        try {
            changed.run();
        } catch (RuntimeException e) {
            LOG.error("A change of plugin folders could not be handled: {}", e.toString());
        }
    }

    /** Waits for an event, the next poll, or a request; true if there was an event that matters. Waits in slices, as a watch service cannot be woken. */
    private boolean await(long until) {
        try {
            long now = System.nanoTime();
            long asked = lookAgain.get();
            long left = Math.min(until - now, asked == NEVER ? NEVER : asked - now);
            if (left <= 0) {
                return false;
            }
            if (service == null) {
                synchronized (wakeUp) {
                    if (!closed && lookAgain.get() == asked) {
                        TimeUnit.NANOSECONDS.timedWait(wakeUp, left + 1);
                    }
                }
                return false;
            }
            WatchKey key = service.poll(Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)), TimeUnit.NANOSECONDS);
            return key != null && matters(key);
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
            return false;
        } catch (ClosedWatchServiceException e) {
            closed = true;
            return false;
        }
    }

    /** Takes events until none came for the quiet time, but not for ever: who writes without pause is unstable anyway. */
    private boolean settle() {
        if (service == null) {
            return true;
        }
        long end = System.nanoTime() + 10 * quiet.toNanos();
        try {
            while (!closed && System.nanoTime() - end < 0) {
                WatchKey key = service.poll(quiet.toNanos(), TimeUnit.NANOSECONDS);
                if (key == null) {
                    return true;
                }
                boolean _ = matters(key);
            }
        } catch (InterruptedException e) {
            closed = true;
            Thread.currentThread().interrupt();
        } catch (ClosedWatchServiceException e) {
            closed = true;
        }
        return true;
    }

    private boolean matters(WatchKey key) {
        boolean matters = false;
        Set<Path> names = wanted.getOrDefault((Path) key.watchable(), Set.of());
        for (WatchEvent<?> event : key.pollEvents()) {
            matters |= event.kind().equals(StandardWatchEventKinds.OVERFLOW)
                    || names.isEmpty()
                    || (event.context() instanceof Path name && names.contains(name));
        }
        if (!key.reset()) {
            keys.values().remove(key);
            matters = true;
        }
        return matters;
    }

    /** Puts watches on what should be watched now, and takes away the others. */
    private void register() {
        if (service == null) {
            return;
        }
        Map<Path, Set<Path>> all = new LinkedHashMap<>();
        for (Path folder : folders) {
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
            blind = false;
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
        closed = true;
        synchronized (wakeUp) {
            wakeUp.notifyAll();
        }
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.debug("A watch did not close: {}", e.toString());
            }
        }
        if (!Thread.currentThread().equals(thread)) {
            boolean interrupted = false;
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
