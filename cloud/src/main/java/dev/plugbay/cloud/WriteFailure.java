package dev.plugbay.cloud;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a failed read or write means to the caller of an export. */
final class WriteFailure {
    /** ENOSPC and EDQUOT in the words of the C library, which speaks English unless told otherwise. */
    private static final List<String> FULL = List.of("No space left on device", "Disk quota exceeded");

    private static final long NEARLY_NOTHING = 1024 * 1024;

    private WriteFailure() {}

    static PluginException of(IOException e, CallContext call, Path file, long wanted) {
        if (interrupted(e)) {
            return cancelled(e, call);
        }
        if (e instanceof FileAlreadyExistsException) {
            return new PluginException(ErrorCode.CONFLICT, file + " is there already");
        }
        if (full(e, file)) {
            return new PluginException(
                    ErrorCode.INSUFFICIENT_STORAGE,
                    "no space is left in " + file.getParent() + " for " + file.getFileName()
                            + (wanted > 0 ? ", a disk of " + wanted + " bytes" : ""),
                    e);
        }
        return new PluginException(ErrorCode.CALL_FAILED, file + " cannot be written: " + e.getMessage(), e);
    }

    static PluginException ofSource(IOException e, CallContext call) {
        return interrupted(e)
                ? cancelled(e, call)
                : new PluginException(ErrorCode.CALL_FAILED, "the source cannot be read: " + e.getMessage(), e);
    }

    private static boolean interrupted(IOException e) {
        return e instanceof ClosedByInterruptException || e instanceof InterruptedIOException;
    }

    private static PluginException cancelled(IOException e, CallContext call) {
        call.throwIfCancelled(); // knows whether it was cancelled or too late
        return new PluginException(ErrorCode.CALL_CANCELLED, "the export was interrupted", e);
    }

    private static boolean full(IOException e, Path file) {
        String message = String.valueOf(e.getMessage());
        if (FULL.stream().anyMatch(message::contains)) {
            return true;
        }
        try {
            return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace() < NEARLY_NOTHING;
        } catch (IOException | RuntimeException unknown) {
            return false;
        }
    }
}
