package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The home folder of a daemon, locked while this is open. The lock is the operating system's, so that it goes with the process however it
 * ends; the pid in the file is only for the message that a second daemon gives.
 */
final class Home implements AutoCloseable {
    private static final int TOKEN_BYTES = 32;
    private static final int PID_DIGITS = 32;

    private final Path folder;
    private final FileChannel lock;
    private final String token;

    private Home(Path folder, FileChannel lock, String token) {
        this.folder = folder;
        this.lock = lock;
        this.token = token;
    }

    /**
     * Makes what is missing and locks the folder.
     *
     * @throws PlugbayException {@link ErrorCode#BUSY} when another daemon has it; {@link ErrorCode#UNAVAILABLE} when it cannot be made or written
     */
    static Home open(Path folder) {
        try {
            privateFolder(folder);
            Files.createDirectories(folder.resolve("plugins"));
            Files.createDirectories(folder.resolve("data"));
            privateFolder(folder.resolve("run"));
            privateFolder(folder.resolve("log"));
            FileChannel lock = lock(folder);
            try {
                clear(folder.resolve("run"));
                privateFolder(folder.resolve("run").resolve("uploads"));
                if (!Files.exists(folder.resolve("plugbay.db"))) {
                    // The first start of this home; whoever deletes the sample later does not get it back.
                    Path images = folder.resolve("data").resolve("images");
                    Files.createDirectories(images);
                    SampleImage.write(images.resolve("sample.img"));
                }
                privateFile(folder.resolve("plugbay.db"));
                String token = token(folder.resolve("token"));
                FileTrees.syncOne(folder);
                return new Home(folder, lock, token);
            } catch (IOException | PlugbayException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw refusal(folder, e);
        }
    }

    private static PlugbayException refusal(Path folder, IOException e) {
        String reason = FileFailures.reason(e);
        if (FileFailures.isFull(reason)) {
            return PlugbayException.of(
                            ErrorCode.INSUFFICIENT_STORAGE, "No space is left for the home folder " + folder + ".")
                    .remedy("Free some space there, or name another folder with PLUGBAY_HOME.")
                    .build();
        }
        if (FileFailures.isTooMany(reason)) {
            return FileFailures.tooMany("The home folder " + folder + " cannot be used");
        }
        String at =
                e instanceof FileSystemException about && about.getFile() != null ? about.getFile() : folder.toString();
        if (reason.contains("Read-only file system")) {
            return PlugbayException.of(
                            ErrorCode.PERMISSION_DENIED,
                            "The home folder " + folder
                                    + " cannot be used: it lies on a file system that is mounted read-only.")
                    .remedy("Mount it for writing, or name another folder with PLUGBAY_HOME.")
                    .retryable(false)
                    .build();
        }
        if (e instanceof AccessDeniedException || reason.contains("Operation not permitted")) {
            return PlugbayException.of(
                            ErrorCode.PERMISSION_DENIED,
                            "The home folder " + folder + " cannot be used: permission denied at " + at + ".")
                    .remedy(
                            "Let \"" + System.getProperty("user.name")
                                    + "\" write there (chown), start as the user that it belongs to, or name another folder with PLUGBAY_HOME.")
                    .retryable(false)
                    .build();
        }
        String why = e instanceof FileAlreadyExistsException
                ? "there is a file where a folder must be: " + e.getMessage()
                : reason + " (" + at + ")";
        return PlugbayException.of(ErrorCode.UNAVAILABLE, "The home folder " + folder + " cannot be used: " + why + ".")
                .remedy("Make it a folder that \"" + System.getProperty("user.name")
                        + "\" can write to, or name another one with PLUGBAY_HOME.")
                .retryable(false)
                .build();
    }

    Path folder() {
        return folder;
    }

    /** The drop folder. */
    Path plugins() {
        return folder.resolve("plugins");
    }

    /** The configuration file; it need not exist. */
    Path configuration() {
        return folder.resolve("plugbay.yaml");
    }

    Path database() {
        return folder.resolve("plugbay.db");
    }

    Path log() {
        return folder.resolve("log").resolve("plugbay.log");
    }

    /** Where uploads lie until they are installed. */
    Path uploads() {
        return folder.resolve("run").resolve("uploads");
    }

    /** What requests must carry. */
    String token() {
        return token;
    }

    /** Writes a file of the {@code run} folder as a whole: nobody ever reads half of it. */
    void announce(String name, byte[] content) throws IOException {
        Path file = folder.resolve("run").resolve(name);
        Path partial = folder.resolve("run").resolve(name + ".new");
        Files.deleteIfExists(partial);
        privateFile(partial);
        Files.write(partial, content);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes a file of the {@code run} folder. */
    void withdraw(String name) throws IOException {
        Files.deleteIfExists(folder.resolve("run").resolve(name));
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // The process ends, and the lock with it.
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        Path file = folder.resolve("run").resolve(HomeLock.NAME);
        privateFile(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null; // another daemon of this same process has it
        }
        if (lock == null) {
            ByteBuffer pid = ByteBuffer.allocate(PID_DIGITS);
            channel.read(pid, 0);
            channel.close();
            String holder =
                    StandardCharsets.US_ASCII.decode(pid.flip()).toString().strip();
            throw PlugbayException.of(
                            ErrorCode.BUSY,
                            "Another daemon, process " + holder + ", runs in the home folder " + folder + ".")
                    .remedy("Use that one, stop it with \"plugbay down\", or start this one with another PLUGBAY_HOME.")
                    .detail("pid", holder)
                    .build();
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        return channel;
    }

    /** Removes what a daemon that was killed left in its {@code run} folder: nothing there outlives the process that made it. */
    private static void clear(Path run) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(run)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().equals(HomeLock.NAME)) {
                    FileTrees.delete(entry);
                }
            }
        }
    }

    private static String token(Path file) throws IOException {
        if (Files.exists(file)) {
            String kept = kept(file);
            if (!kept.isEmpty()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                return kept;
            }
        }
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        Path partial = file.resolveSibling("token.new");
        Files.deleteIfExists(partial);
        privateFile(partial);
        Files.writeString(partial, token + "\n");
        FileTrees.syncOne(partial);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return token;
    }

    private static String kept(Path file) {
        String why;
        try {
            String kept = Files.readString(file).strip();
            if (kept.chars().allMatch(c -> c > ' ' && c < 127)) { // what a header can carry
                return kept;
            }
            why = "it is not one word of plain characters";
        } catch (CharacterCodingException e) {
            why = "it is not text";
        } catch (IOException e) {
            why = Files.isDirectory(file) ? "it is a folder" : FileFailures.reason(e);
        }
        throw PlugbayException.of(ErrorCode.UNAVAILABLE, "The token file " + file + " cannot be used: " + why + ".")
                .remedy("Delete it, and the next start makes a new one; or make it yours and readable.")
                .retryable(false)
                .build();
    }

    private static void privateFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            if (folder.getParent() != null) {
                Files.createDirectories(folder.getParent());
            }
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static void privateFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
    }
}
