package dev.plugbay.daemon;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the daemon is started with.
 *
 * @param home its home folder, absolute
 * @param port the port, in place of the configured one
 * @param here whether {@code ./plugins} is searched too
 * @param bundled the folder of the plugins that came with it, absolute
 * @param environment the environment's variables
 * @param userHome the user's home folder, for {@code ~}
 */
record DaemonOptions(
        Path home,
        OptionalInt port,
        boolean here,
        Optional<Path> bundled,
        Map<String, String> environment,
        String userHome) {
    DaemonOptions {
        environment = Map.copyOf(environment);
    }
}
