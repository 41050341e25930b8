package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says of a failed file operation what an operator can do about it. */
final class IoFailures {
    private static final List<String> FULL = List.of("no space left", "quota exceeded", "not enough space");
    private static final List<String> FORBIDDEN =
            List.of("permission denied", "operation not permitted", "read-only file system");

    private IoFailures() {}

    /** The failure that {@code e} is; {@code what} is a sentence without its full stop, such as {@code The artifact could not be stored}. */
    static PlugbayException of(IOException e, String what) {
        String where = e instanceof FileSystemException f && f.getFile() != null ? f.getFile() : "";
        String at = where.isEmpty() ? "" : " at " + where;
        if (says(e, FULL)) {
            return PlugbayException.of(ErrorCode.INSUFFICIENT_STORAGE, what + ": no space is left" + at + ".")
                    .remedy("Free some space on that disk, then try again.")
                    .build();
        }
        if (e instanceof AccessDeniedException || says(e, FORBIDDEN)) {
            return PlugbayException.of(ErrorCode.UNAVAILABLE, what + ": access is denied" + at + ".")
                    .remedy("Let the user \"" + System.getProperty("user.name") + "\" read and write "
                            + (where.isEmpty() ? "there" : where) + ".")
                    .build();
        }
        if (says(e, List.of("too many open files"))) {
            return PlugbayException.of(
                            ErrorCode.LIMIT_EXCEEDED, what + ": the host may open no more files and connections.")
                    .remedy("Start the host with a higher limit: ulimit -n 4096, or LimitNOFILE=4096 in its unit.")
                    .build();
        }
        if (e instanceof NoSuchFileException) {
            return PlugbayException.of(ErrorCode.UNAVAILABLE, what + ": there is nothing" + at + ".")
                    .build();
        }
        return PlugbayException.of(ErrorCode.UNAVAILABLE, what + ": " + reason(e) + at + ".")
                .build();
    }

    private static String reason(IOException e) {
        String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return said == null || said.isBlank() ? e.getClass().getSimpleName() : said;
    }

    private static boolean says(IOException e, List<String> phrases) {
        @Nullable String message = e.getMessage();
        return message != null && phrases.stream().anyMatch(message.toLowerCase(Locale.ROOT)::contains);
    }
}
