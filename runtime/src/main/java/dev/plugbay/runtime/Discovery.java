package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds candidates in folders, and waits until each is stable: a file is looked into only when it was unchanged for the settle time, so that nobody reads what somebody
 * still writes. What was found out about a file is kept until the file changes.
 *
 * <p>Concurrency: everything is guarded by this object's monitor; scans are made one after the other.
 */
final class Discovery {
    private static final List<String> ENDINGS = List.of(".jar", ".zip", ".tar.gz", ".tgz");

    private final InstantSource clock;
    private final Map<Path, Known> known = new HashMap<>();

    /** What is known of a path; a change of its stamp begins a new one. */
    private static final class Known {
        private final PluginFolder folder;
        private final FileStamp stamp;
        private final Instant since;
        private final boolean stableAtOnce;
        private int rank;
        private @Nullable Instant absentSince;
        private @Nullable Peek peek;
        private @Nullable PlugbayException problem;

        Known(PluginFolder folder, FileStamp stamp, Instant since, boolean stableAtOnce) {
            this.folder = folder;
            this.stamp = stamp;
            this.since = since;
            this.stableAtOnce = stableAtOnce;
        }
    }

    Discovery() {
        this(InstantSource.system());
    }

    Discovery(InstantSource clock) {
        this.clock = clock;
    }

    /** Scans folders, least specific first. Never fails: what cannot be read is in the answer. */
    synchronized List<Sighting> scan(List<PluginFolder> folders, Duration settle) {
        Map<Path, Sighting> sightings = new LinkedHashMap<>();
        Set<Path> unreadable = new HashSet<>();
        for (int rank = 0; rank < folders.size(); rank++) {
            PluginFolder folder = folders.get(rank);
            if (folders.subList(rank + 1, folders.size()).stream()
                    .anyMatch(later -> later.path().equals(folder.path()))) {
                continue; // a folder named twice counts where it is most specific
            }
            try {
                for (Path path : entries(folder.path())) {
                    Sighting sighting = look(path, folder, rank, settle);
                    if (sighting != null) {
                        sightings.put(path, sighting);
                    }
                }
            } catch (IOException e) {
                unreadable.add(folder.path());
                sightings.put(
                        folder.path(),
                        sighting(
                                folder.path(),
                                folder,
                                rank,
                                Sighting.State.REFUSED,
                                null,
                                IoFailures.of(e, "The plugin folder " + folder.path() + " could not be read"),
                                null));
            }
        }
        Instant now = clock.instant();
        known.entrySet().removeIf(entry -> {
            Path path = entry.getKey();
            Known was = entry.getValue();
            if (sightings.containsKey(path)) {
                return false;
            }
            if (folders.stream().noneMatch(folder -> folder.path().equals(was.folder.path()))) {
                return true; // its folder is no longer asked for
            }
            if (unreadable.contains(was.folder.path())) { // not seen, but not known to be gone either
                sightings.put(
                        path,
                        sighting(path, was.folder, was.rank, Sighting.State.UNSTABLE, null, null, now.plus(settle)));
                return false;
            }
            Instant since = was.absentSince == null || was.absentSince.isAfter(now) ? now : was.absentSince;
            was.absentSince = since;
            if (!since.plus(settle).isAfter(now)) {
                return true;
            }
            sightings.put(
                    path,
                    sighting(path, was.folder, was.rank, Sighting.State.VANISHED, null, null, since.plus(settle)));
            return false;
        });
        return List.copyOf(sightings.values());
    }

    /**
     * Says that what is stable at a path cannot be used, as was found out after it was seen; it counts as refused until it changes.
     *
     * @param sighting what was seen
     */
    synchronized void refuse(Sighting sighting, PlugbayException problem) {
        Known is = known.get(sighting.path());
        if (is != null && is.peek != null && sighting.sha256().equals(Optional.of(is.peek.sha256()))) {
            is.problem = problem;
        }
    }

    /** Forgets what was refused at a path, and looks at it anew with the next scan. */
    synchronized void forget(Path path) {
        known.remove(path);
    }

    private static List<Path> entries(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> each = Files.newDirectoryStream(folder)) {
            for (Path path : each) {
                String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
                if (!name.startsWith(".") && (ENDINGS.stream().anyMatch(name::endsWith) || Peek.isPluginFolder(path))) {
                    entries.add(path);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        entries.sort(null);
        return entries;
    }

    private @Nullable Sighting look(Path path, PluginFolder folder, int rank, Duration settle) {
        FileStamp stamp;
        try {
            stamp = FileStamp.of(path);
        } catch (NoSuchFileException e) {
            return null; // gone since it was listed, or a link to nothing
        } catch (IOException e) {
            return sighting(
                    path,
                    folder,
                    rank,
                    Sighting.State.REFUSED,
                    null,
                    IoFailures.of(e, path + " could not be read"),
                    null);
        }
        Instant now = clock.instant();
        Known is = known.get(path);
        if (is == null || !is.stamp.equals(stamp) || !is.folder.equals(folder)) {
            // A file that was already old when it was first seen is not being written. One from the future may be.
            boolean old = is == null && !stamp.newest().isAfter(now.minus(settle));
            is = new Known(folder, stamp, now, old);
            known.put(path, is);
        } else if (is.absentSince != null
                || is.since.isAfter(now)) { // came back just as it was; or the clock went back
            Known again = new Known(folder, stamp, now, is.stableAtOnce && is.absentSince != null);
            again.peek = is.peek;
            again.problem = is.problem;
            is = again;
            known.put(path, is);
        }
        is.rank = rank;
        Instant settled = is.since.plus(settle);
        if (!is.stableAtOnce && settled.isAfter(now)) {
            return sighting(path, folder, rank, Sighting.State.UNSTABLE, null, null, settled);
        }
        boolean again = is.problem == null ? is.peek == null : is.problem.retryable();
        if (again && !peek(path, is)) {
            known.remove(path); // changed while it was looked at
            return sighting(path, folder, rank, Sighting.State.UNSTABLE, null, null, now.plus(settle));
        }
        if (is.problem == null) {
            return sighting(path, folder, rank, Sighting.State.STABLE, is.peek, null, null);
        }
        Sighting.State state =
                is.problem.code() == ErrorCode.MANIFEST_NOT_FOUND ? Sighting.State.SKIPPED : Sighting.State.REFUSED;
        return sighting(path, folder, rank, state, is.peek, is.problem, null);
    }

    /** Looks into a file; false when it changed meanwhile. */
    private static boolean peek(Path path, Known is) {
        is.problem = null;
        try {
            is.peek = Peek.at(path, is.stamp.kind());
        } catch (PlugbayException e) {
            is.problem = e;
        } catch (IOException e) {
            is.problem = IoFailures.of(e, path.getFileName() + " could not be read");
        }
        try {
            return FileStamp.of(path).equals(is.stamp);
        } catch (IOException e) {
            return false;
        }
    }

    private static Sighting sighting(
            Path path,
            PluginFolder folder,
            int rank,
            Sighting.State state,
            @Nullable Peek peek,
            @Nullable PlugbayException problem,
            @Nullable Instant lookAgain) {
        Optional<Peek> seen = Optional.ofNullable(peek);
        return new Sighting(
                path,
                folder,
                rank,
                state,
                seen.map(p -> p.manifest().id())
                        .or(() -> Optional.ofNullable(problem).flatMap(PlugbayException::plugin)),
                seen.map(p -> p.manifest().version()),
                seen.map(Peek::sha256),
                Optional.ofNullable(problem),
                Optional.ofNullable(lookAgain));
    }
}
