package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the folders of exports are: {@code plugbay-<user>} in the scratch folder. It is ours alone, and nobody else can list it; the names in it say which process made them.
 *
 * @param path the folder
 */
record BackupRoot(Path path) {
    private static final String NAME = "plugbay-";
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * The one in this scratch folder, if it was ever made there.
     *
     * @throws PluginException {@link ErrorCode#PERMISSION_DENIED} when it is not ours
     */
    static Optional<BackupRoot> existing(Path scratch) {
        Path path = path(scratch);
        try {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? Optional.of(checked(path)) : Optional.empty();
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    private static Path path(Path scratch) {
        return scratch.toAbsolutePath().normalize().resolve(NAME + System.getProperty("user.name", "user"));
    }

    /** The one in this scratch folder, made if it is not there. */
    static BackupRoot in(Path scratch) {
        Path path = path(scratch);
        try {
            try {
                Files.createDirectory(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
            } catch (FileAlreadyExistsException e) {
                // Whose it is, is asked below.
            }
            BackupRoot root = checked(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
            return root;
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    private static BackupRoot checked(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                || !Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new PluginException(
                    ErrorCode.PERMISSION_DENIED,
                    path + " is not a folder of the host's user; remove it, or set \"scratch\" to another folder");
        }
        return new BackupRoot(path);
    }

    private static PluginException unusable(Path path, IOException e) {
        return new PluginException(
                ErrorCode.PERMISSION_DENIED,
                "the folder " + path + " cannot be used: " + e.getMessage()
                        + "; set \"scratch\" to one that the host's user may write to",
                e);
    }

    /** The path of a new folder of this process. */
    Path fresh() {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return path.resolve(process() + HexFormat.of().formatHex(bytes));
    }

    /** Whether this process made the folder, and has not given it up. */
    static boolean ours(Path folder) {
        return String.valueOf(folder.getFileName()).startsWith(process());
    }

    /** How the names begin of all folders that this process makes. Numbers of processes come again, hence the time. */
    private static String process() {
        ProcessHandle self = ProcessHandle.current();
        long began =
                self.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
        return self.pid() + "." + Long.toString(began, Character.MAX_RADIX) + ".";
    }

    /**
     * All folders.
     *
     * @throws PluginException {@link ErrorCode#CALL_FAILED} when it cannot be read
     */
    List<Path> all() {
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new PluginException(ErrorCode.CALL_FAILED, path + " cannot be read: " + e.getMessage(), e);
        }
    }
}
