package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one export, for sockets and scratch files. Its path is the mark by which a backup job is known to be ours, and its lock says whether the host that made it lives:
 * the system gives up the lock of a process that dies, however it dies.
 *
 * <p>In it lie {@value #LOCK}, {@value #NOTE} (whose export it is) and the folder {@value #OPEN} that QEMU writes into. That one belongs to QEMU's user, so nothing in it is trusted.
 *
 * <p>Used by one thread.
 */
final class BackupFolder {
    static final String LOCK = "lock";
    static final String NOTE = "export";
    static final String OPEN = "q";
    static final String SOCKET = "nbd.sock";

    /** How the name of a folder begins that its export could not clean. */
    static final String LEFT = "left-";

    /** What fits into the address of a unix socket, as Java makes it. */
    private static final int SOCKET_PATH = 106;

    private static final long NEARLY_NOTHING = 64 * 1024;

    private final Path path;
    private final FileChannel channel;

    private BackupFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes one that is locked.
     *
     * @param root where all of this host's are
     * @param note whose export it is
     * @param user whom QEMU runs as
     */
    static BackupFolder create(BackupRoot root, BackupNote note, BackupUser user) {
        Path path = root.fresh();
        if (path.resolve(OPEN).resolve(SOCKET).toString().length() > SOCKET_PATH) {
            throw new PluginException(
                    ErrorCode.INVALID_CONFIG,
                    "the path of the scratch folder " + root.path()
                            + " is too long for sockets in it; set \"scratch\" to a shorter one");
        }
        FileChannel channel = null;
        try {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
            channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            FileLock ignored = channel.lock();
            BackupFolder folder = new BackupFolder(path, channel);
            folder.write(note);
            user.give(Files.createDirectory(path.resolve(OPEN)));
            return folder;
        } catch (IOException e) {
            close(channel);
            delete(path);
            throw failed(root.path(), e);
        }
    }

    /** Why nothing can be written below a scratch folder. */
    static PluginException failed(Path root, IOException e) {
        String why = String.valueOf(e.getMessage());
        boolean full = why.contains("No space left on device") || why.contains("Disk quota exceeded") || isFull(root);
        return full
                ? new PluginException(
                        ErrorCode.INSUFFICIENT_STORAGE,
                        "no space is left in the scratch folder " + root
                                + "; make room, or set \"scratch\" to another folder",
                        e)
                : new PluginException(
                        ErrorCode.CALL_FAILED, "nothing can be written to the scratch folder " + root + ": " + why, e);
    }

    /** Whatever language the system says it in. */
    private static boolean isFull(Path root) {
        try {
            return Files.getFileStore(root).getUsableSpace() < NEARLY_NOTHING;
        } catch (IOException e) {
            return false;
        }
    }

    /** Writes the note anew, in one step. */
    void write(BackupNote note) throws IOException {
        write(path, note);
    }

    /** The same for a folder whose lock the caller has. */
    static void write(Path path, BackupNote note) throws IOException {
        Path fresh = path.resolve(NOTE + ".new");
        Files.writeString(fresh, note.text());
        Files.move(fresh, path.resolve(NOTE), StandardCopyOption.ATOMIC_MOVE);
    }

    Path path() {
        return path;
    }

    /** The folder in which all of this host's are. */
    Path root() {
        return path.resolveSibling("");
    }

    /** The folder that QEMU writes into. */
    Path open() {
        return path.resolve(OPEN);
    }

    /** The socket that QEMU is told to listen at. */
    Path socket() {
        return open().resolve(SOCKET);
    }

    /** Removes it; what cannot be removed is left for the next sweep. */
    void remove() {
        delete(path);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            leave();
        } else {
            close(channel);
        }
    }

    /** Gives it up as it is: the next sweep takes it, of this host or another. */
    void leave() {
        try {
            Files.move(path, path.resolveSibling(LEFT + path.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Then it is swept when this process has ended.
        }
        close(channel);
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
    }

    /**
     * Removes a folder with the files in it and in {@value #OPEN}. That one is QEMU's, who could put links there while we look: so files are removed by their names in the opened
     * folder, and nothing is entered. Whatever cannot be removed stays for the next sweep.
     */
    static void delete(Path folder) {
        try {
            empty(folder.resolve(OPEN));
            Files.deleteIfExists(folder.resolve(OPEN));
            empty(folder);
            Files.deleteIfExists(folder);
        } catch (IOException | DirectoryIteratorException e) {
            // as said
        }
    }

    private static void empty(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            if (!(entries instanceof SecureDirectoryStream<Path> secure)) {
                return;
            }
            for (Path entry : secure) {
                try {
                    secure.deleteFile(entry.getFileName());
                } catch (IOException e) {
                    // one that another has removed, or a folder, which is not ours
                }
            }
        } catch (NoSuchFileException e) {
            // it was not made yet, or is removed already
        }
    }
}
