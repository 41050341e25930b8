package dev.plugbay.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The lock of a home folder, seen from outside: only looked at, because who took it to see whether it is free could keep a daemon from starting. Not for the process that has it: it would give it up by the look. */
final class HomeLock {
    /** Its file's name in the {@code run} folder. */
    static final String NAME = "daemon.lock";

    private static final Path LOCKS = Path.of("/proc/locks");

    private HomeLock() {}

    /**
     * The lock's file.
     *
     * @param device what it lies on, as {@code /proc/locks} writes it
     * @param inode its number there
     * @param noted the id of the process that took it last, as that wrote it down
     */
    record Known(String device, long inode, String noted) {}

    /** The id of the process that has it, as it is called here; empty if none has, or where the system does not tell. */
    static Optional<String> holder(Path home) {
        Path file = home.resolve("run").resolve(NAME);
        try {
            long device = (Long) Files.getAttribute(file, "unix:dev");
            long inode = (Long) Files.getAttribute(file, "unix:ino");
            String noted = Files.readString(file, StandardCharsets.US_ASCII).strip();
            return holder(Files.readAllLines(LOCKS), new Known(device(device), inode, noted));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The same by lines such as {@code 1: POSIX  ADVISORY  WRITE 4711 fe:01:1234567 0 EOF}. Another file may have the same number on another device, and what some file systems call their device there is not what
     * they call it elsewhere: so either the device or the process must be the one that is known.
     */
    static Optional<String> holder(List<String> lines, Known lock) {
        return lines.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 5 && fields[3].equals("WRITE"))
                .filter(fields -> fields[5].endsWith(":" + lock.inode()))
                .filter(fields -> fields[5].startsWith(lock.device() + ":") || fields[4].equals(lock.noted()))
                .map(fields -> fields[4])
                .findFirst();
    }

    /** As the C library takes a device's number apart. */
    private static String device(long number) {
        long major = ((number >>> 32) & ~0xfffL) | ((number >>> 8) & 0xfff);
        long minor = ((number >>> 12) & 0xffffff00L) | (number & 0xff);
        return String.format("%02x:%02x", major, minor);
    }
}
