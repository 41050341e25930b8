package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;

/** Says in the host's words what is wrong with a file or its disk. */
final class FileFailures {
    /** What to do where no space is left. */
    static final String MAKE_ROOM = "Free some space or choose another target, and try again.";

    private FileFailures() {}

    /** The failure of doing something with a path, such as {@code write}. */
    static PlugbayException of(String doing, Path path, IOException failure) {
        String reason = reason(failure);
        if (isFull(reason)) {
            return full(path, reason);
        }
        if (failure instanceof AccessDeniedException || reason.contains("Read-only file system")) {
            return PlugbayException.of(
                            ErrorCode.PERMISSION_DENIED, "The host may not " + doing + " " + path + ": " + reason + ".")
                    .remedy("Give the user that the host runs as the right to, or choose another target.")
                    .build();
        }
        if (isTooMany(reason)) {
            return tooMany("Could not " + doing + " " + path);
        }
        return PlugbayException.of(ErrorCode.UNAVAILABLE, "Could not " + doing + " " + path + ": " + reason + ".")
                .remedy("Look at the disk and the path, and try again.")
                .build();
    }

    /** Whether a system's message says that the process may open no more files. */
    static boolean isTooMany(String message) {
        return message.toLowerCase(Locale.ROOT).contains("too many open files");
    }

    /** The process may open no more files. */
    static PlugbayException tooMany(String what) {
        return PlugbayException.of(
                        ErrorCode.LIMIT_EXCEEDED, what + ": the host may open no more files and connections.")
                .remedy(Descriptors.REMEDY)
                .build();
    }

    /** No space is left. */
    static PlugbayException full(Path path, String reason) {
        return PlugbayException.of(ErrorCode.INSUFFICIENT_STORAGE, "No space is left at " + path + ": " + reason + ".")
                .remedy(MAKE_ROOM)
                .build();
    }

    /** Whether a system's message says that no space is left. */
    static boolean isFull(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return lower.contains("no space left on device") || lower.contains("disk quota exceeded");
    }

    /** The system's words, without the path. */
    static String reason(IOException failure) {
        if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        return failure.getClass().getSimpleName()
                + (failure.getMessage() == null ? "" : " (" + failure.getMessage() + ")");
    }
}
