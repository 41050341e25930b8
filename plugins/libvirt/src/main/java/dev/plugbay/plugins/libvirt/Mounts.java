package dev.plugbay.plugins.libvirt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Which mount a path is on, by its text alone: a look at the path itself may hang. A link that leads elsewhere is not seen. Holds nothing. */
final class Mounts {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;

    private Mounts() {}

    /** The mount point above an absolute path; {@code /} where the system does not tell. */
    static String of(String path) {
        try {
            return of(path, Files.readAllLines(TABLE, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return "/";
        }
    }

    /** The same by lines as proc(5) describes them: in them blanks, tabs, line ends and backslashes are written in octal. */
    static String of(String path, List<String> lines) {
        return lines.stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields.length > MOUNT_POINT)
                .map(fields -> fields[MOUNT_POINT]
                        .replace("\\040", " ")
                        .replace("\\011", "\t")
                        .replace("\\012", "\n")
                        .replace("\\134", "\\"))
                .filter(mount -> mount.equals("/") || path.startsWith(mount + "/"))
                .max(Comparator.comparingInt(String::length))
                .orElse("/");
    }
}
