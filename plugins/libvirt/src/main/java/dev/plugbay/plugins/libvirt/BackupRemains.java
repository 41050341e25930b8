package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Ends what exports of dead hosts have left: their backup jobs, frozen file systems, scratch files and sockets. Also what an export of this host could not end itself.
 *
 * <p>A host is dead when the lock of its folder can be had. A job is one of ours when its socket lies in that very folder; any other is left alone. Several may sweep at the same time: whoever has
 * the lock does it. Shared by the threads that sweep, each another root; both collections are concurrent ones.
 */
final class BackupRemains {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** A folder without lock file is one that is just being made, unless it is older than this. */
    private static final Duration MAKING = Duration.ofMinutes(1);

    private final ExportRequests requests;
    private final Logger log;

    /** What was said last about the folders that could not be removed yet: the same is not said again. */
    private final Map<Path, String> said = new ConcurrentHashMap<>();

    /** The connections of remains that this one cannot ask about. */
    private final Set<String> others = ConcurrentHashMap.newKeySet();

    BackupRemains(ExportRequests requests, Logger log) {
        this.requests = requests;
        this.log = log;
    }

    /** Looks at every folder; what cannot be ended now is left for the next time. */
    void sweep(BackupRoot root) {
        said.keySet()
                .removeIf(
                        folder -> folder.startsWith(root.path()) && Files.notExists(folder, LinkOption.NOFOLLOW_LINKS));
        for (Path folder : root.all()) {
            // The lock of a folder of this process must not even be looked at: closing the file would give it up.
            if (!BackupRoot.ours(folder)) {
                try {
                    sweep(folder);
                } catch (PluginException | IOException e) {
                    tell(folder, String.valueOf(e.getMessage()));
                }
            }
        }
    }

    /** By which connections remains were made that the last sweeps came upon and left alone; forgets them. */
    Set<String> others() {
        Set<String> found = new TreeSet<>(others);
        others.removeAll(found);
        return found;
    }

    private void tell(Path folder, String why) {
        if (!why.equals(said.put(folder, why))) {
            log.warn("what an earlier export left in {} could not be removed yet: {}", folder, why);
        }
    }

    private void sweep(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(BackupFolder.LOCK), StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return; // its host lives
            }
            Optional<BackupNote> note = note(folder);
            if (note.isPresent() && !note.get().uri().equals(requests.uri())) {
                others.add(note.get().uri());
                return; // that libvirt is another one's to ask
            }
            if (note.isPresent()) {
                thaw(folder, note.get());
                end(folder, note.get());
            }
            BackupFolder.delete(folder);
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                tell(folder, "there are files in it that are not of an export, or may not be deleted");
            } else {
                log.info("removed what an export that was cut off had left in {}", folder);
            }
        } catch (OverlappingFileLockException e) {
            // another sweep of this process has it
        } catch (NoSuchFileException e) {
            Instant made = Files.getLastModifiedTime(folder).toInstant();
            if (made.plus(MAKING).isBefore(Instant.now())) {
                BackupFolder.delete(folder);
            }
        }
    }

    private static Optional<BackupNote> note(Path folder) throws IOException {
        try {
            return BackupNote.read(Files.readString(folder.resolve(BackupFolder.NOTE)));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // it died before it asked anything of libvirt
        }
    }

    /** First of all, for the guest hangs until then; the folder stays until it is done. */
    private void thaw(Path folder, BackupNote note) {
        if (note.frozen()) {
            GuestFreeze.thaw(requests, note.domain())
                    .ifPresent(why -> log.warn("the file systems of machine {} may be frozen: {}", note.domain(), why));
            try {
                BackupFolder.write(folder, new BackupNote(note.uri(), note.domain(), false));
            } catch (IOException e) {
                // Then it is thawed once more than needed, should this not get to its end.
            }
        }
    }

    private void end(Path folder, BackupNote note) {
        String socket = BackupXml.escaped(marked(folder)
                .resolve(BackupFolder.OPEN)
                .resolve(BackupFolder.SOCKET)
                .toString());
        long began = System.nanoTime();
        while (requests.backup(note.domain())
                .filter(job -> job.contains(socket))
                .isPresent()) {
            if (System.nanoTime() - began > requests.endTime().toNanos()) {
                throw new PluginException(ErrorCode.BUSY, "libvirt does not end its backup job");
            }
            try {
                requests.abort(note.domain());
            } catch (PluginException e) {
                log.debug("the job of machine {} may have ended by itself: {}", note.domain(), e.getMessage());
            }
            try {
                Thread.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PluginException(ErrorCode.CALL_CANCELLED, "interrupted");
            }
        }
    }

    /** The path by which the folder was made known to libvirt. */
    private static Path marked(Path folder) {
        String name = String.valueOf(folder.getFileName());
        return name.startsWith(BackupFolder.LEFT)
                ? folder.resolveSibling(name.substring(BackupFolder.LEFT.length()))
                : folder;
    }
}
