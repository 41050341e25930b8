package dev.plugbay.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lock of a home folder, seen from outside: only looked at, because who took it to see whether it is free could keep a daemon from starting. */
final class HomeLock {
    /** Its file's name in the {@code run} folder. */
    static final String NAME = "daemon.lock";

    private static final Path LOCKS = Path.of("/proc/locks");

    private HomeLock() {}

    /** The id of the process that took it last, as that wrote it down. */
    static String holder(Path home) {
        try {
            return Files.readString(home.resolve("run").resolve(NAME), StandardCharsets.US_ASCII)
                    .strip();
        } catch (IOException e) {
            return "?";
        }
    }

    /** Whether a daemon has it; false where the system does not tell. */
    static boolean isHeld(Path home) {
        Path file = home.resolve("run").resolve(NAME);
        try {
            // Such as: 1: POSIX  ADVISORY  WRITE 4711 fe:01:1234567 0 EOF
            String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
            return Files.readAllLines(LOCKS).stream()
                    .anyMatch(line -> line.contains(" WRITE ") && line.contains(inode));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
