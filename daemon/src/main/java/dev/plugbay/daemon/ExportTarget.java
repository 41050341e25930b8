package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder that may get exports.
 *
 * @param folder its real path, links resolved; it exists, or its parent does
 */
record ExportTarget(Path folder) {
    /** Folders of the home in which nothing but the host writes. */
    private static final List<String> RESERVED = List.of("artifacts", "run", "plugins", "data");

    /**
     * Checks what somebody named as target.
     *
     * @param allow roots within which targets must lie; empty for anywhere
     * @param home the host's home folder
     * @throws PlugbayException {@link ErrorCode#INVALID_REQUEST} when it cannot be one, {@link ErrorCode#PERMISSION_DENIED} when it may not
     */
    static ExportTarget of(String text, List<Path> allow, Path home) {
        Path path = path(text);
        Path real = real(path);
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw invalid(path + " is a file.", "Name a folder.");
        }
        Path parent = real.getParent();
        if (Files.notExists(path) && (parent == null || !Files.isDirectory(parent))) {
            throw invalid(
                    "Neither " + path + " nor the folder it should be made in exists.",
                    "Make " + parent + " first, or correct the path.");
        }
        for (String reserved : RESERVED) {
            if (real.equals(real(home)) || real.startsWith(real(home.resolve(reserved)))) {
                throw denied(path + " belongs to the host's own files.", "Choose a folder outside of " + home + ".");
            }
        }
        if (!allow.isEmpty() && allow.stream().noneMatch(root -> real.startsWith(real(root)))) {
            throw denied(
                    "Exports to " + path + " are not allowed.",
                    "Choose a folder within "
                            + String.join(
                                    " or ", allow.stream().map(Path::toString).toList())
                            + ", or add a root to exports.allow.");
        }
        return new ExportTarget(real);
    }

    /**
     * Makes the folder, unless it is there.
     *
     * @return whether it was made
     */
    boolean make() throws IOException {
        if (Files.isDirectory(folder)) {
            return false;
        }
        try {
            Files.createDirectory(folder);
            return true;
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(folder)) {
                return false;
            }
            throw e;
        }
    }

    private static Path path(String text) {
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            throw invalid("The target is no path: " + e.getReason() + ".", "Correct it.");
        }
        if (!path.isAbsolute()) {
            throw invalid("The target " + text + " is not absolute.", "Give the whole path, from the root.");
        }
        if (path.getNameCount() == 0) {
            throw invalid("The target is the root of the file system.", "Choose a folder in it.");
        }
        return path;
    }

    /** The path with links resolved, as far as it exists. */
    private static Path real(Path path) {
        Path existing = path;
        while (true) {
            try {
                Path real = existing.toRealPath();
                return real.resolve(existing.relativize(path)).normalize();
            } catch (IOException e) {
                Path parent = existing.getParent();
                if (parent == null) {
                    return path.toAbsolutePath().normalize();
                }
                existing = parent;
            }
        }
    }

    private static PlugbayException invalid(String why, String remedy) {
        return PlugbayException.of(ErrorCode.INVALID_REQUEST, why)
                .pointer("/target")
                .remedy(remedy)
                .build();
    }

    private static PlugbayException denied(String why, String remedy) {
        return PlugbayException.of(ErrorCode.PERMISSION_DENIED, why)
                .pointer("/target")
                .remedy(remedy)
                .build();
    }
}
