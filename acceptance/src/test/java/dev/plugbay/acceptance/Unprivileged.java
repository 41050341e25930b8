package dev.plugbay.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Starts daemons as an ordinary user, from a copy of this build and its Java where that user could not read them: a clone in somebody's home folder is nobody
 * else's business.
 */
final class Unprivileged {
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs");

    private Unprivileged() {}

    /** The command that starts a daemon as nobody, of a product whose folder everybody may enter then. Skips the test where that takes more rights than we have. */
    static List<String> daemon(Product plugbay, String... arguments) {
        Path java = java(plugbay);
        Path host = readable(plugbay, Built.host(), "host", "lib");
        List<String> command = new ArrayList<>(AS_NOBODY);
        command.addAll(Daemon.command(java.resolve("bin/java"), host, plugbay.home(), arguments));
        return command;
    }

    /** The same for the command. */
    static List<String> cli(Product plugbay, String... arguments) {
        Path java = java(plugbay);
        Path libraries = readable(plugbay, Built.cliLibraries(), "cli", "");
        Path host = readable(plugbay, Built.host(), "host", "lib");
        List<String> command = new ArrayList<>(AS_NOBODY);
        command.addAll(Product.command(java.resolve("bin/java"), libraries, host.resolve("lib"), arguments));
        return command;
    }

    private static Path java(Product plugbay) {
        assumeTrue("root".equals(System.getProperty("user.name")), "runs as an ordinary user already");
        try {
            Files.setPosixFilePermissions(plugbay.work(), PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return readable(plugbay, Path.of(System.getProperty("java.home")), "java", "bin/java");
    }

    private static Path readable(Product plugbay, Path folder, String name, String needed) {
        List<String> reads = new ArrayList<>(AS_NOBODY);
        reads.addAll(List.of("test", "-r", folder.resolve(needed).toString()));
        if (Ran.of(new ProcessBuilder(reads), 60).exit() == 0) {
            return folder;
        }
        Path copy = plugbay.folder("readable/" + name);
        Ran.of(new ProcessBuilder("cp", "-RL", folder + "/.", copy.toString()), 300)
                .succeeded();
        Path all = Objects.requireNonNull(copy.getParent());
        Ran.of(new ProcessBuilder("chmod", "-R", "a+rX", all.toString()), 60).succeeded();
        return copy;
    }
}
