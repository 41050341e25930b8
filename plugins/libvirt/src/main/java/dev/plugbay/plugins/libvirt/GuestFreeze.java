package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The freeze of a guest's file systems by its agent, from before it is asked for until it is known to be over. The note in the export's folder says the same, for whoever cleans up after
 * a host that died in between: a guest whose file systems stay frozen hangs for good.
 *
 * <p>Used by one thread at a time.
 */
final class GuestFreeze {
    /** Failures that say that the agent was not asked, or refused: then a thaw could only undo somebody else's freeze. */
    private static final Set<ErrorCode> REFUSED = EnumSet.of(
            ErrorCode.UNSUPPORTED,
            ErrorCode.NOT_FOUND,
            ErrorCode.CONFLICT,
            ErrorCode.BUSY,
            ErrorCode.PERMISSION_DENIED);

    private final ExportRequests requests;
    private final String id;
    private final BackupFolder folder;
    private boolean frozen;

    GuestFreeze(ExportRequests requests, String id, BackupFolder folder) {
        this.requests = requests;
        this.id = id;
        this.folder = folder;
    }

    /** Whether the file systems may be frozen. */
    boolean frozen() {
        return frozen;
    }

    /**
     * Freezes them. The agent is first asked something harmless: libvirt gives one and the same error where there is no agent and where one was too slow with its freeze, after which it freezes all the same.
     *
     * @throws PluginException {@link ErrorCode#UNSUPPORTED} when no agent does it
     */
    void begin() {
        requests.silence(id).ifPresent(why -> {
            throw FreezeRefusal.of(why);
        });
        try {
            folder.write(new BackupNote(requests.uri(), id, true));
        } catch (IOException e) {
            throw BackupFolder.failed(folder.root(), e);
        }
        frozen = true;
        int count;
        try {
            count = requests.freeze(id);
        } catch (PluginException e) {
            if (REFUSED.contains(e.code())) {
                over();
            }
            throw e;
        }
        if (count == 0) {
            throw ExportRules.unsupported(
                    "the guest's agent found no file system to freeze, so it cannot put any in order; ask for consistency crash");
        }
    }

    /** Thaws them if they may be frozen; when this returns they are not. {@code until} is when the time is over, by {@link System#nanoTime}. */
    void end(long until) {
        if (frozen) {
            Optional<String> ignored = thaw(requests.until(until), id);
            over();
        }
    }

    private void over() {
        frozen = false;
        try {
            folder.write(new BackupNote(requests.uri(), id, false));
        } catch (IOException e) {
            // Then they are thawed once more than needed, should this host die.
        }
    }

    /**
     * Thaws a guest.
     *
     * @return empty when it is thawed, or off; else why nobody can
     * @throws PluginException when another attempt may succeed
     */
    static Optional<String> thaw(ExportRequests requests, String id) {
        try {
            requests.thaw(id);
            return Optional.empty();
        } catch (PluginException e) {
            boolean never = e.code() == ErrorCode.UNSUPPORTED || e.code() == ErrorCode.NOT_FOUND;
            if (!never && requests.running(id)) {
                throw e;
            }
            return never ? Optional.of(String.valueOf(e.getMessage())) : Optional.empty();
        }
    }
}
