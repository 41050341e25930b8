package dev.plugbay.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** The home folder: there, ours, writable, private where it must be, with space. */
final class HomeChecks {
    private static final long SCARCE_BYTES = 1024L * 1024 * 1024;
    private static final long TOO_FEW_BYTES = 64L * 1024 * 1024;
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final HomeFolder home;

    HomeChecks(HomeFolder home) {
        this.home = home;
    }

    void run(Diagnosis diagnosis) {
        Path folder = home.folder();
        if (!Files.exists(folder)) {
            diagnosis.warn("home", folder + " does not exist yet", "./plugbay up makes it.");
            return;
        }
        try {
            folder(diagnosis, folder);
            space(diagnosis, folder);
            if (Files.isExecutable(folder)) { // else nothing in it can be seen
                token(diagnosis);
            }
        } catch (IOException | UnsupportedOperationException e) {
            diagnosis.fail("home", folder + " cannot be examined: " + e.getMessage(), "Check its owner and rights.");
        }
    }

    private static void folder(Diagnosis diagnosis, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            diagnosis.fail("home", folder + " is no folder", "Move it away, or name another with PLUGBAY_HOME.");
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder);
        if (!Files.isWritable(folder)) {
            diagnosis.fail(
                    "home",
                    folder + " is not writable; it belongs to " + Files.getOwner(folder),
                    "Run as that user, or name another folder with PLUGBAY_HOME.");
        } else if (mode.stream().anyMatch(OTHERS_WRITE::contains)) {
            diagnosis.fail(
                    "home",
                    folder + " can be changed by others (" + PosixFilePermissions.toString(mode) + ")",
                    "chmod go-w " + folder);
        } else {
            diagnosis.ok("home", folder + " (" + PosixFilePermissions.toString(mode) + ")");
        }
    }

    private static void space(Diagnosis diagnosis, Path folder) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < TOO_FEW_BYTES) {
            diagnosis.fail("space", "only " + Text.bytes(free) + " free", "Make room, or move the home folder.");
        } else if (free < SCARCE_BYTES) {
            diagnosis.warn("space", Text.bytes(free) + " free", "Make room before long.");
        } else {
            diagnosis.ok("space", Text.bytes(free) + " free");
        }
    }

    private void token(Diagnosis diagnosis) throws IOException {
        Path token = home.tokenFile();
        if (!Files.exists(token)) {
            diagnosis.warn("token", "there is none yet", "./plugbay up makes it.");
            return;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(token);
        Set<PosixFilePermission> others = EnumSet.copyOf(mode);
        others.removeAll(EnumSet.of(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        if (!others.isEmpty()) {
            diagnosis.fail(
                    "token",
                    token + " is open to others (" + PosixFilePermissions.toString(mode) + ")",
                    "chmod 600 " + token);
        } else if (home.token().isEmpty()) {
            diagnosis.fail("token", token + " cannot be read or is empty", "Run as the user who starts the host.");
        } else {
            diagnosis.ok("token", token + " (" + PosixFilePermissions.toString(mode) + ")");
        }
    }
}
