package dev.plugbay.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many files and connections this process may have open at once. */
final class Descriptors {
    /** A host that has just started has about a hundred open; each call, connection and plugin takes a few. */
    static final long NEEDED = 256;

    static final String REMEDY =
            "Start the host with a higher limit: ulimit -n 4096, or LimitNOFILE=4096 in its systemd unit.";

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +(\\d+|unlimited)");

    private Descriptors() {}

    /** The limit, where the system tells it and there is one. */
    static OptionalLong limit() {
        try {
            Matcher line = OPEN_FILES.matcher(Files.readString(LIMITS));
            return line.find() && !line.group(1).equals("unlimited")
                    ? OptionalLong.of(Long.parseLong(line.group(1)))
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
